-- title: Compression hangs on the estimator's free parameter
-- caption: C = 1 - final / greatest I(X;T) of the last hidden layer over the width of bins, the number of adaptive bins (EBAB), the noise variance of KDE and its factor in aKDE: mean over seeds with 95 % confidence band, the same activations throughout. Dotted: the values that the papers use. Narrow bins and little noise see every net as lossless.
-- needs: information-compression/information-plane
WITH v AS (SELECT task, net_activation_kind AS activation, measure, site, step, value FROM information_compression_information_plane_values),
alive AS (SELECT task FROM (SELECT task, max(step), value AS accuracy FROM v
          WHERE measure = 'accuracy' AND site = 'train' GROUP BY task) WHERE accuracy >= 0.6),
i AS (SELECT task, activation, measure, value, step = max(step) OVER (PARTITION BY task) AS final
      FROM v WHERE task IN alive AND site LIKE 'hidden.5,label%' AND (measure LIKE 'width%.x' OR measure LIKE 'ebab%.x' OR measure LIKE 'kde%.x-upper' OR measure LIKE 'akde%.x-upper')),
c AS (SELECT task, activation, measure, 1 - sum(final * value) / max(value) AS c FROM i GROUP BY task, measure)
SELECT activation, substr(measure, 1, min(instr(measure || '-', '-'), instr(measure, '.')) - 1) AS family,
       CASE measure WHEN 'width.x' THEN 0.07 WHEN 'ebab.x' THEN 30 WHEN 'kde.x-upper' THEN 1e-3 WHEN 'akde.x-upper' THEN 1e-3
                    ELSE CAST(substr(measure, instr(measure, '-') + 1) AS REAL) END AS parameter,
       avg(c) AS c, avg(c) - ci95(c) AS lo, avg(c) + ci95(c) AS hi
FROM c GROUP BY activation, measure ORDER BY activation, family, parameter;
