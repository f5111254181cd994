-- title: Compression hangs on the estimator's free parameter
-- caption: C = 1 - final / greatest I(X;T) of the last hidden layer over the width of bins, the number of adaptive bins (EBAB), the noise variance of KDE and its factor in aKDE: mean over seeds with 95 % confidence band, the same activations throughout. Dotted: the values that the papers use. Narrow bins and little noise see every net as lossless.
-- needs: information-compression/information-plane
SELECT activation, substr(estimator, 1, instr(estimator || '-', '-') - 1) AS family,
       CASE estimator WHEN 'width' THEN 0.07 WHEN 'ebab' THEN 30 WHEN 'kde' THEN 1e-3 WHEN 'akde' THEN 1e-3
                      ELSE CAST(substr(estimator, instr(estimator, '-') + 1) AS REAL) END AS parameter,
       avg(c) AS c, avg(c) - ci95(c) AS lo, avg(c) + ci95(c) AS hi
FROM compression_plane WHERE alive AND layer = 5 AND estimator NOT IN ('clipped', 'released')
GROUP BY activation, estimator ORDER BY activation, family, parameter;
