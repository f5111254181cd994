-- title: Compression over initialisations
-- caption: C = 1 - final / greatest I(X;T) of every layer, one point a Swish net, which differ by seed only (weights, split, order of samples), bar: median. By bins of width 0.07, EBAB and aKDE; dead nets (final training accuracy below 0.6) are left out (Chelombiev et al. 2019, section 4).
-- needs: information-compression/initialisations
SELECT estimator, layer, seed, c,
       (row_number() OVER (PARTITION BY estimator, layer ORDER BY seed) - 1) * 1.0 / count(*) OVER (PARTITION BY estimator, layer) - 0.5 AS jitter
FROM compression_shuffled WHERE alive ORDER BY estimator, layer, seed;
SELECT estimator, layer, median(c) AS middle, count(c) AS n FROM compression_shuffled WHERE alive
GROUP BY estimator, layer ORDER BY estimator, layer;
