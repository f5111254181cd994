-- title: Test accuracy by depth on four tables
-- caption: Test accuracy, mean over iris, wine, breast cancer and digits and four folds, where depth is given and the learning rate, dropout and moment to stop are selected by validation. Networks with SELU and residual ones keep it as they get deep. At the largest rate many networks diverge; these are never selected.
-- needs: selu/tabular
WITH run AS (SELECT data_set AS name, net_depth AS depth, optimizer_lr AS lr, net_dropout_kind AS dropout, net_shape AS shape,
             step, data_fold || ' ' || seed AS part,
             CASE WHEN net_activation_kind = 'selu' THEN 'SNN' WHEN net_highway = 'true' THEN 'Highway'
               WHEN net_residual > 0 THEN 'ResNet' WHEN net_norm = 'batch' THEN 'BatchNorm'
               WHEN net_norm = 'layer' THEN 'LayerNorm' WHEN net_norm = 'weight' THEN 'WeightNorm' ELSE 'MSRAinit' END AS method,
             max(CASE site WHEN 'validation' THEN value END) AS validation, max(CASE site WHEN 'test' THEN value END) AS test
             FROM selu_tabular_values WHERE measure = 'accuracy' GROUP BY task, step),
     point AS (SELECT name, method, depth, lr, dropout, shape, step, round(avg(validation), 9) AS validation, round(avg(test), 9) AS test
               FROM run GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = (SELECT count(DISTINCT part) FROM run)),
     placed AS (SELECT *, row_number() OVER (PARTITION BY name, method, depth ORDER BY validation DESC, lr, dropout, shape, step) AS place
                FROM point)
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM placed WHERE place = 1 AND method = 'SNN' GROUP BY depth ORDER BY depth;
WITH run AS (SELECT data_set AS name, net_depth AS depth, optimizer_lr AS lr, net_dropout_kind AS dropout, net_shape AS shape,
             step, data_fold || ' ' || seed AS part,
             CASE WHEN net_activation_kind = 'selu' THEN 'SNN' WHEN net_highway = 'true' THEN 'Highway'
               WHEN net_residual > 0 THEN 'ResNet' WHEN net_norm = 'batch' THEN 'BatchNorm'
               WHEN net_norm = 'layer' THEN 'LayerNorm' WHEN net_norm = 'weight' THEN 'WeightNorm' ELSE 'MSRAinit' END AS method,
             max(CASE site WHEN 'validation' THEN value END) AS validation, max(CASE site WHEN 'test' THEN value END) AS test
             FROM selu_tabular_values WHERE measure = 'accuracy' GROUP BY task, step),
     point AS (SELECT name, method, depth, lr, dropout, shape, step, round(avg(validation), 9) AS validation, round(avg(test), 9) AS test
               FROM run GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = (SELECT count(DISTINCT part) FROM run)),
     placed AS (SELECT *, row_number() OVER (PARTITION BY name, method, depth ORDER BY validation DESC, lr, dropout, shape, step) AS place
                FROM point)
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM placed WHERE place = 1 AND method = 'MSRAinit' GROUP BY depth ORDER BY depth;
WITH run AS (SELECT data_set AS name, net_depth AS depth, optimizer_lr AS lr, net_dropout_kind AS dropout, net_shape AS shape,
             step, data_fold || ' ' || seed AS part,
             CASE WHEN net_activation_kind = 'selu' THEN 'SNN' WHEN net_highway = 'true' THEN 'Highway'
               WHEN net_residual > 0 THEN 'ResNet' WHEN net_norm = 'batch' THEN 'BatchNorm'
               WHEN net_norm = 'layer' THEN 'LayerNorm' WHEN net_norm = 'weight' THEN 'WeightNorm' ELSE 'MSRAinit' END AS method,
             max(CASE site WHEN 'validation' THEN value END) AS validation, max(CASE site WHEN 'test' THEN value END) AS test
             FROM selu_tabular_values WHERE measure = 'accuracy' GROUP BY task, step),
     point AS (SELECT name, method, depth, lr, dropout, shape, step, round(avg(validation), 9) AS validation, round(avg(test), 9) AS test
               FROM run GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = (SELECT count(DISTINCT part) FROM run)),
     placed AS (SELECT *, row_number() OVER (PARTITION BY name, method, depth ORDER BY validation DESC, lr, dropout, shape, step) AS place
                FROM point)
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM placed WHERE place = 1 AND method = 'LayerNorm' GROUP BY depth ORDER BY depth;
WITH run AS (SELECT data_set AS name, net_depth AS depth, optimizer_lr AS lr, net_dropout_kind AS dropout, net_shape AS shape,
             step, data_fold || ' ' || seed AS part,
             CASE WHEN net_activation_kind = 'selu' THEN 'SNN' WHEN net_highway = 'true' THEN 'Highway'
               WHEN net_residual > 0 THEN 'ResNet' WHEN net_norm = 'batch' THEN 'BatchNorm'
               WHEN net_norm = 'layer' THEN 'LayerNorm' WHEN net_norm = 'weight' THEN 'WeightNorm' ELSE 'MSRAinit' END AS method,
             max(CASE site WHEN 'validation' THEN value END) AS validation, max(CASE site WHEN 'test' THEN value END) AS test
             FROM selu_tabular_values WHERE measure = 'accuracy' GROUP BY task, step),
     point AS (SELECT name, method, depth, lr, dropout, shape, step, round(avg(validation), 9) AS validation, round(avg(test), 9) AS test
               FROM run GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = (SELECT count(DISTINCT part) FROM run)),
     placed AS (SELECT *, row_number() OVER (PARTITION BY name, method, depth ORDER BY validation DESC, lr, dropout, shape, step) AS place
                FROM point)
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM placed WHERE place = 1 AND method = 'Highway' GROUP BY depth ORDER BY depth;
WITH run AS (SELECT data_set AS name, net_depth AS depth, optimizer_lr AS lr, net_dropout_kind AS dropout, net_shape AS shape,
             step, data_fold || ' ' || seed AS part,
             CASE WHEN net_activation_kind = 'selu' THEN 'SNN' WHEN net_highway = 'true' THEN 'Highway'
               WHEN net_residual > 0 THEN 'ResNet' WHEN net_norm = 'batch' THEN 'BatchNorm'
               WHEN net_norm = 'layer' THEN 'LayerNorm' WHEN net_norm = 'weight' THEN 'WeightNorm' ELSE 'MSRAinit' END AS method,
             max(CASE site WHEN 'validation' THEN value END) AS validation, max(CASE site WHEN 'test' THEN value END) AS test
             FROM selu_tabular_values WHERE measure = 'accuracy' GROUP BY task, step),
     point AS (SELECT name, method, depth, lr, dropout, shape, step, round(avg(validation), 9) AS validation, round(avg(test), 9) AS test
               FROM run GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = (SELECT count(DISTINCT part) FROM run)),
     placed AS (SELECT *, row_number() OVER (PARTITION BY name, method, depth ORDER BY validation DESC, lr, dropout, shape, step) AS place
                FROM point)
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM placed WHERE place = 1 AND method = 'ResNet' GROUP BY depth ORDER BY depth;
WITH run AS (SELECT data_set AS name, net_depth AS depth, optimizer_lr AS lr, net_dropout_kind AS dropout, net_shape AS shape,
             step, data_fold || ' ' || seed AS part,
             CASE WHEN net_activation_kind = 'selu' THEN 'SNN' WHEN net_highway = 'true' THEN 'Highway'
               WHEN net_residual > 0 THEN 'ResNet' WHEN net_norm = 'batch' THEN 'BatchNorm'
               WHEN net_norm = 'layer' THEN 'LayerNorm' WHEN net_norm = 'weight' THEN 'WeightNorm' ELSE 'MSRAinit' END AS method,
             max(CASE site WHEN 'validation' THEN value END) AS validation, max(CASE site WHEN 'test' THEN value END) AS test
             FROM selu_tabular_values WHERE measure = 'accuracy' GROUP BY task, step),
     point AS (SELECT name, method, depth, lr, dropout, shape, step, round(avg(validation), 9) AS validation, round(avg(test), 9) AS test
               FROM run GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = (SELECT count(DISTINCT part) FROM run)),
     placed AS (SELECT *, row_number() OVER (PARTITION BY name, method, depth ORDER BY validation DESC, lr, dropout, shape, step) AS place
                FROM point)
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM placed WHERE place = 1 AND method = 'WeightNorm' GROUP BY depth ORDER BY depth;
WITH run AS (SELECT data_set AS name, net_depth AS depth, optimizer_lr AS lr, net_dropout_kind AS dropout, net_shape AS shape,
             step, data_fold || ' ' || seed AS part,
             CASE WHEN net_activation_kind = 'selu' THEN 'SNN' WHEN net_highway = 'true' THEN 'Highway'
               WHEN net_residual > 0 THEN 'ResNet' WHEN net_norm = 'batch' THEN 'BatchNorm'
               WHEN net_norm = 'layer' THEN 'LayerNorm' WHEN net_norm = 'weight' THEN 'WeightNorm' ELSE 'MSRAinit' END AS method,
             max(CASE site WHEN 'validation' THEN value END) AS validation, max(CASE site WHEN 'test' THEN value END) AS test
             FROM selu_tabular_values WHERE measure = 'accuracy' GROUP BY task, step),
     point AS (SELECT name, method, depth, lr, dropout, shape, step, round(avg(validation), 9) AS validation, round(avg(test), 9) AS test
               FROM run GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = (SELECT count(DISTINCT part) FROM run)),
     placed AS (SELECT *, row_number() OVER (PARTITION BY name, method, depth ORDER BY validation DESC, lr, dropout, shape, step) AS place
                FROM point)
SELECT depth, avg(test) AS test, mean_lo(test) AS lo, mean_hi(test) AS hi FROM placed WHERE place = 1 AND method = 'BatchNorm' GROUP BY depth ORDER BY depth;
