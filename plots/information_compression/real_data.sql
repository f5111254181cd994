-- title: Information planes on images
-- caption: I(X;T) and I(T;Y) of every layer along training on Fashion-MNIST (layers 1 to 4 hidden, 5 softmax; 1 is rightmost), colour: epoch, mean over seeds, estimated over 1000 test images. Dotted: the ceiling log2 1000, at which an estimate says nothing of the net. KDE: upper bound, noise variance 0.1; aKDE: variance 0.001 max |t| squared; bins of width 0.5 (Saxe et al. 2018, section 2).
-- needs: information-compression/real-data
WITH i AS (SELECT net_activation_kind AS activation, substr(measure, 1, instr(measure, '.') - 1) AS estimator, measure LIKE '%.x%' AS of_x,
                  CASE WHEN site LIKE 'softmax%' THEN 5 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
                  step * 1.0 / max(step) OVER () * epochs AS epoch, value
           FROM information_compression_real_data_values
           WHERE measure IN ('width.x', 'width.y', 'kde.x-upper', 'kde.y-upper', 'akde.x-upper', 'akde.y-upper'))
SELECT activation, estimator, layer, epoch, avg(CASE WHEN of_x THEN value END) AS x, avg(CASE WHEN NOT of_x THEN value END) AS y
FROM i GROUP BY activation, estimator, layer, epoch ORDER BY activation, estimator, layer, epoch;
