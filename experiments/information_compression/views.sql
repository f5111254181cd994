-- Compression of a layer: C = 1 - final / greatest I(X;T) over the epochs looked at, a row a net, layer
-- and estimator, with the parameters of the net and its final accuracies. Layer 6: softmax. c is NULL where
-- a layer never held any information. alive: the net has not died (final training accuracy at least 0.6).

-- for: information_plane, activations_compared, initialisations, generalisation_correlation, l2, real_data
CREATE TEMP VIEW compression_in_$ AS
WITH final AS (SELECT task, max(step) AS step FROM information_compression_$_values WHERE measure = 'accuracy' GROUP BY task),
accuracy AS (SELECT task, max(CASE site WHEN 'train' THEN value END) AS train, max(CASE site WHEN 'test' THEN value END) AS test
             FROM information_compression_$_values JOIN final USING (task, step) WHERE measure = 'accuracy' GROUP BY task)
SELECT v.*, replace(replace(measure, '.x-upper', ''), '.x', '') AS estimator,
       CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
       1 - sum((v.step = final.step) * value) / max(value) AS c, train, test, train >= 0.6 AS alive
FROM information_compression_$_values v JOIN final USING (task) JOIN accuracy USING (task)
WHERE measure LIKE '%.x' OR measure LIKE '%.x-upper' GROUP BY task, measure, site;

CREATE TEMP VIEW compression_plane AS
SELECT *, net_activation_kind AS activation FROM compression_in_information_plane;

CREATE TEMP VIEW compression_activations AS
SELECT task, seed, net_activation_kind AS activation, estimator, layer, c, train, test, alive FROM compression_in_information_plane
UNION ALL
SELECT task, seed, net_activation_kind, estimator, layer, c, train, test, alive FROM compression_in_activations_compared;

CREATE TEMP VIEW compression_shuffled AS SELECT *, 'shuffled' AS split FROM compression_in_initialisations;

CREATE TEMP VIEW compression_ordered AS SELECT *, 'ordered' AS split FROM compression_in_generalisation_correlation;

CREATE TEMP VIEW compression_l2 AS
SELECT *, data_split AS split, optimizer_weight_decay AS l2 FROM compression_in_l2;

CREATE TEMP VIEW compression_real AS SELECT *, net_activation_kind AS activation FROM compression_in_real_data;
