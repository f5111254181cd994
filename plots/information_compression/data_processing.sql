-- title: Information by depth
-- caption: Information of the hidden layers of trained networks on the 12-bit task about the input (top) and the label (bottom), mean over initial weights with 95 % band at the end of training: of the exact patterns of activities, which no layer can have more of than the one before, and through fine and coarse bins, which can rise with depth.
-- needs: information-compression/data-processing
WITH e AS (SELECT net_activation_kind AS activation, max(step) AS step FROM information_compression_data_processing_values GROUP BY 1)
SELECT v.net_activation_kind AS activation, v.measure AS estimator, cast(substr(v.site, 8, 1) AS INTEGER) AS layer,
       avg(v.value) AS bits, coalesce(ci95(v.value), 0) AS half
FROM information_compression_data_processing_values v JOIN e ON e.activation = v.net_activation_kind AND e.step = v.step
WHERE (v.measure LIKE '%.x' OR v.measure LIKE '%.y') AND v.site LIKE 'hidden.%' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
