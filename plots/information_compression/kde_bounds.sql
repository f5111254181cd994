-- title: The pairwise bounds and the truth
-- caption: Information I(X;T) of activities seen through Gaussian noise of known size. Left: two equally likely points at a growing distance. Right: two Gaussian dimensions with a growing signal; the truth leaves the ceiling log N of every estimate behind. Upper and lower bound of Kolchinsky and Tracey, the estimate by propagating noise, and the truth.
-- needs: information-compression/kde-bounds
SELECT data_spacing AS x, avg(CASE WHEN measure = 'truth' AND site = 'x' THEN value END) AS truth,
       avg(CASE WHEN measure = 'kde' AND site = 'x-upper' THEN value END) AS upper,
       avg(CASE WHEN measure = 'kde' AND site = 'x-lower' THEN value END) AS lower,
       avg(CASE WHEN measure = 'noisy' AND site = 'x' THEN value END) AS noisy
FROM information_compression_kde_bounds_values WHERE data_kind = 'clusters' AND data_count = 2 AND data_spacing <= 10
GROUP BY data_spacing ORDER BY 1;
SELECT data_signal AS x, avg(CASE WHEN measure = 'truth' AND site = 'x' THEN value END) AS truth,
       avg(CASE WHEN measure = 'kde' AND site = 'x-upper' THEN value END) AS upper,
       avg(CASE WHEN measure = 'kde' AND site = 'x-lower' THEN value END) AS lower,
       avg(CASE WHEN measure = 'noisy' AND site = 'x' THEN value END) AS noisy, max(ln(n) / ln(2)) AS ceiling
FROM information_compression_kde_bounds_values WHERE data_kind = 'channel' GROUP BY data_signal ORDER BY 1;
