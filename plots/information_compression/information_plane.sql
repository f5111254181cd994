-- title: Information planes by estimator, tanh and ReLU
-- caption: I(X;T) and I(T;Y) of every layer (1 to 5 hidden, 6 softmax; 1 is rightmost) along training of the 12-bit task, colour: epoch, mean over seeds without dead nets (final training accuracy below 0.6). Width: bins of 0.07; clipped: 30 bins on [-1, 1]; EBAB: 30 adaptive bins; KDE: upper bound, noise variance 0.001; aKDE: the same times max |t| squared; released: the published code's variant of it. The same activations in every column (Saxe et al. 2018, figure 1; Chelombiev et al. 2019).
-- needs: information-compression/information-plane
WITH i AS (SELECT net_activation_kind AS activation, substr(measure, 1, instr(measure, '.') - 1) AS estimator, measure LIKE '%.x%' AS of_x,
                  CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
                  step * 1.0 / max(step) OVER () * epochs AS epoch, value
           FROM information_compression_information_plane_values
           WHERE measure IN ('width.x', 'width.y', 'clipped.x', 'clipped.y', 'ebab.x', 'ebab.y', 'kde.x-upper', 'kde.y-upper',
                             'akde.x-upper', 'akde.y-upper', 'released.x-upper', 'released.y-upper')
           AND task IN (SELECT task FROM compression_plane WHERE alive))
SELECT activation, estimator, layer, epoch, avg(CASE WHEN of_x THEN value END) AS x, avg(CASE WHEN NOT of_x THEN value END) AS y
FROM i GROUP BY activation, estimator, layer, epoch ORDER BY activation, estimator, layer, epoch;
