-- Compression of a layer: C = 1 - final / greatest I(X;T) over the epochs looked at, a row a net, layer
-- and estimator (layer 6: softmax; c is NULL where a layer never held any information), with the final
-- accuracies. alive: the net has not died (final training accuracy at least 0.6).

CREATE TEMP VIEW compression_plane AS
WITH final AS (SELECT task, max(step) AS step FROM information_compression_information_plane_values WHERE measure = 'accuracy' GROUP BY task),
accuracy AS (SELECT task, max(CASE site WHEN 'train' THEN value END) AS train, max(CASE site WHEN 'test' THEN value END) AS test
             FROM information_compression_information_plane_values JOIN final USING (task, step) WHERE measure = 'accuracy' GROUP BY task),
i AS (SELECT v.*, v.step = final.step AS last FROM information_compression_information_plane_values v JOIN final USING (task)
      WHERE measure LIKE '%.x' OR measure LIKE '%.x-upper'),
c AS (SELECT task, seed, net_activation_kind AS activation, replace(replace(measure, '.x-upper', ''), '.x', '') AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             1 - sum(last * value) / max(value) AS c
      FROM i GROUP BY task, measure, site)
SELECT c.*, train, test, train >= 0.6 AS alive FROM c JOIN accuracy USING (task);

CREATE TEMP VIEW compression_others AS
WITH final AS (SELECT task, max(step) AS step FROM information_compression_activations_compared_values WHERE measure = 'accuracy' GROUP BY task),
accuracy AS (SELECT task, max(CASE site WHEN 'train' THEN value END) AS train, max(CASE site WHEN 'test' THEN value END) AS test
             FROM information_compression_activations_compared_values JOIN final USING (task, step) WHERE measure = 'accuracy' GROUP BY task),
i AS (SELECT v.*, v.step = final.step AS last FROM information_compression_activations_compared_values v JOIN final USING (task)
      WHERE measure LIKE '%.x' OR measure LIKE '%.x-upper'),
c AS (SELECT task, seed, net_activation_kind AS activation, replace(replace(measure, '.x-upper', ''), '.x', '') AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             1 - sum(last * value) / max(value) AS c
      FROM i GROUP BY task, measure, site)
SELECT c.*, train, test, train >= 0.6 AS alive FROM c JOIN accuracy USING (task);

CREATE TEMP VIEW compression_activations AS
SELECT * FROM compression_plane UNION ALL SELECT * FROM compression_others;

CREATE TEMP VIEW compression_shuffled AS
WITH final AS (SELECT task, max(step) AS step FROM information_compression_initialisations_values WHERE measure = 'accuracy' GROUP BY task),
accuracy AS (SELECT task, max(CASE site WHEN 'train' THEN value END) AS train, max(CASE site WHEN 'test' THEN value END) AS test
             FROM information_compression_initialisations_values JOIN final USING (task, step) WHERE measure = 'accuracy' GROUP BY task),
i AS (SELECT v.*, v.step = final.step AS last FROM information_compression_initialisations_values v JOIN final USING (task)
      WHERE measure LIKE '%.x' OR measure LIKE '%.x-upper'),
c AS (SELECT task, seed, 'shuffled' AS split, replace(replace(measure, '.x-upper', ''), '.x', '') AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             1 - sum(last * value) / max(value) AS c
      FROM i GROUP BY task, measure, site)
SELECT c.*, train, test, train >= 0.6 AS alive FROM c JOIN accuracy USING (task);

CREATE TEMP VIEW compression_ordered AS
WITH final AS (SELECT task, max(step) AS step FROM information_compression_generalisation_correlation_values WHERE measure = 'accuracy' GROUP BY task),
accuracy AS (SELECT task, max(CASE site WHEN 'train' THEN value END) AS train, max(CASE site WHEN 'test' THEN value END) AS test
             FROM information_compression_generalisation_correlation_values JOIN final USING (task, step) WHERE measure = 'accuracy' GROUP BY task),
i AS (SELECT v.*, v.step = final.step AS last FROM information_compression_generalisation_correlation_values v JOIN final USING (task)
      WHERE measure LIKE '%.x' OR measure LIKE '%.x-upper'),
c AS (SELECT task, seed, 'ordered' AS split, replace(replace(measure, '.x-upper', ''), '.x', '') AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             1 - sum(last * value) / max(value) AS c
      FROM i GROUP BY task, measure, site)
SELECT c.*, train, test, train >= 0.6 AS alive FROM c JOIN accuracy USING (task);

CREATE TEMP VIEW compression_l2 AS
WITH final AS (SELECT task, max(step) AS step FROM information_compression_l2_values WHERE measure = 'accuracy' GROUP BY task),
accuracy AS (SELECT task, max(CASE site WHEN 'train' THEN value END) AS train, max(CASE site WHEN 'test' THEN value END) AS test
             FROM information_compression_l2_values JOIN final USING (task, step) WHERE measure = 'accuracy' GROUP BY task),
i AS (SELECT v.*, v.step = final.step AS last FROM information_compression_l2_values v JOIN final USING (task)
      WHERE measure LIKE '%.x' OR measure LIKE '%.x-upper'),
c AS (SELECT task, seed, data_split AS split, optimizer_weight_decay AS l2, replace(replace(measure, '.x-upper', ''), '.x', '') AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             1 - sum(last * value) / max(value) AS c
      FROM i GROUP BY task, measure, site)
SELECT c.*, train, test, train >= 0.6 AS alive FROM c JOIN accuracy USING (task);

-- Fashion-MNIST: layers 1 to 4 hidden, 5 softmax.
CREATE TEMP VIEW compression_real AS
WITH final AS (SELECT task, max(step) AS step FROM information_compression_real_data_values WHERE measure = 'accuracy' GROUP BY task),
accuracy AS (SELECT task, max(CASE site WHEN 'train' THEN value END) AS train, max(CASE site WHEN 'test' THEN value END) AS test
             FROM information_compression_real_data_values JOIN final USING (task, step) WHERE measure = 'accuracy' GROUP BY task),
i AS (SELECT v.*, v.step = final.step AS last FROM information_compression_real_data_values v JOIN final USING (task)
      WHERE measure LIKE '%.x' OR measure LIKE '%.x-upper'),
c AS (SELECT task, seed, net_activation_kind AS activation, replace(replace(measure, '.x-upper', ''), '.x', '') AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 5 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             1 - sum(last * value) / max(value) AS c
      FROM i GROUP BY task, measure, site)
SELECT c.*, train, test, train >= 0.6 AS alive FROM c JOIN accuracy USING (task);
