-- title: Compression against test accuracy
-- caption: C = 1 - final / greatest I(X;T) of the last layers by EBAB and aKDE against final test accuracy, one point a Swish net of another seed. Top: test patterns drawn at random; bottom: the last fifth in counting order, all beginning with 11, as in the authors' code, a test out of distribution. r: Pearson's correlation with 95 % bootstrap interval. Sign and size hang on the estimator (Chelombiev et al. 2019, section 4).
-- needs: information-compression/initialisations, information-compression/generalisation-correlation
SELECT split, estimator, layer, c, test AS accuracy FROM (SELECT * FROM compression_shuffled UNION ALL SELECT * FROM compression_ordered)
WHERE alive AND layer >= 4 AND estimator IN ('ebab', 'akde') ORDER BY split DESC, estimator, layer, c;
WITH r AS (SELECT split, estimator, layer, pearson(c, test) AS r, pearson_lo(c, test) AS lo, pearson_hi(c, test) AS hi, count(c) AS n
           FROM (SELECT * FROM compression_shuffled UNION ALL SELECT * FROM compression_ordered) WHERE alive GROUP BY split, estimator, layer)
SELECT *, coalesce(printf('r = %.2f [%.2f, %.2f]', r, lo, hi), '') AS text FROM r ORDER BY split DESC, estimator, layer;
SELECT min(test) AS least FROM (SELECT * FROM compression_shuffled UNION ALL SELECT * FROM compression_ordered) WHERE alive;
