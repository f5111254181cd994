-- title: Nearest neighbours in more dimensions
-- caption: KSG estimates of the information of Gaussian pairs (correlation 0.6 in every dimension) as a share of the truth, mean over repetitions with 95 % interval, against the number of dimensions, for several numbers k of neighbours. Left form 1, right form 2.
-- needs: information-compression/estimator-dimension
SELECT substr(v.measure, 1, 5) AS form, cast(substr(v.measure, 8) AS INTEGER) AS k, v.data_dimension AS d,
       avg(v.value / t.value) AS share, coalesce(ci95(v.value / t.value), 0) AS half, max(v.n) AS n
FROM information_compression_estimator_dimension_values v JOIN information_compression_estimator_dimension_values t USING (task, site)
WHERE t.measure = 'truth' AND v.measure LIKE 'ksg%' AND v.n = (SELECT min(n) FROM information_compression_estimator_dimension_values)
GROUP BY v.measure, v.data_dimension ORDER BY 1, 2, 3;
