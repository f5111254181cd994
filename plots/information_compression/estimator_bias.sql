-- title: Bias of every estimator against known truth
-- caption: Estimate minus truth, mean over repetitions with 95 % interval, against the number of samples; one panel a source. Two continuous variables: a Gaussian pair of correlation 0.9, a uniform variable with uniform noise, a Gaussian and a rectified Gaussian (half of whose values are 0). A continuous variable and five classes. Whole-number patterns: entropy of 100 equally likely ones, and information about labels that know nothing. Two Gaussian dimensions with noise a third as large.
-- needs: information-compression/estimator-bias
SELECT v.data_kind AS source, v.measure || CASE WHEN v.site IN ('', 'x') THEN '' ELSE ' ' || v.site END AS estimator,
       v.n AS n, avg(v.value - t.value) AS error, coalesce(ci95(v.value - t.value), 0) AS half
FROM information_compression_estimator_bias_values v JOIN information_compression_estimator_bias_values t USING (task, site)
WHERE t.measure = 'truth' AND v.measure NOT IN ('truth') AND v.measure NOT LIKE '%.lo' AND v.measure NOT LIKE '%.hi'
GROUP BY v.data_kind, v.measure, v.site, v.n ORDER BY 1, 2, 3;
