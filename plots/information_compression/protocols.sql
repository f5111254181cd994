-- title: The information plane by three protocols
-- caption: I(X;T) and I(T;Y) of every layer of the tanh net (1 to 5 hidden, 6 softmax; 1 is rightmost) along training of the 12-bit task, each by the protocol and estimator of its study, mean over seeds. Tishby: 30 bins on [-1, 1], the text's SGD, slow at its rate, and the code's Adam; Saxe: bins of 0.07; Chelombiev: EBAB, training part in counting order.
-- needs: information-compression/tishby, information-compression/saxe, information-compression/chelombiev
WITH v AS (SELECT 'tishby, ' || optimizer_kind AS protocol, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch, measure, site, value
      FROM information_compression_tishby_values WHERE measure IN ('clipped.x', 'clipped.y')
      UNION ALL SELECT 'saxe', step * 1.0 / max(step) OVER (PARTITION BY task) * epochs, measure, site, value
      FROM information_compression_saxe_values WHERE measure IN ('width.x', 'width.y')
      UNION ALL SELECT 'chelombiev', step * 1.0 / max(step) OVER (PARTITION BY task) * epochs, measure, site, value
      FROM information_compression_chelombiev_values WHERE measure IN ('ebab.x', 'ebab.y'))
SELECT protocol, CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer, epoch,
       avg(CASE WHEN measure LIKE '%.x' THEN value END) AS x, avg(CASE WHEN measure LIKE '%.y' THEN value END) AS y
FROM v GROUP BY protocol, layer, epoch ORDER BY protocol, layer, epoch;
