-- The comparison of networks on tables. points: a row a table, network (method), grid point and moment to
-- stop, accuracies as means over folds; networks that did not finish in every fold are left out. by_depth: the
-- point that validation selects at each depth. chosen: the one that it selects of all, ties to the shallowest,
-- and its rank by test accuracy among the networks on that table.

-- for: tabular, tabular_many
CREATE TEMP VIEW $_points AS
WITH run AS (SELECT data_set AS name, net_depth AS depth, optimizer_lr AS lr, net_dropout_kind AS dropout, net_shape AS shape,
             step, data_fold || ' ' || seed AS part,
             CASE WHEN net_activation_kind = 'selu' THEN 'SNN' WHEN net_highway = 'true' THEN 'Highway'
               WHEN net_residual > 0 THEN 'ResNet' WHEN net_norm = 'batch' THEN 'BatchNorm'
               WHEN net_norm = 'layer' THEN 'LayerNorm' WHEN net_norm = 'weight' THEN 'WeightNorm' ELSE 'MSRAinit' END AS method,
             max(CASE site WHEN 'validation' THEN value END) AS validation, max(CASE site WHEN 'test' THEN value END) AS test
             FROM selu_$_values WHERE measure = 'accuracy' GROUP BY task, step)
SELECT name, method, depth, lr, dropout, shape, step, round(avg(validation), 9) AS validation, round(avg(test), 9) AS test
FROM run GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = (SELECT count(DISTINCT part) FROM run);
CREATE TEMP VIEW $_by_depth AS
WITH placed AS (SELECT *, row_number() OVER (PARTITION BY name, method, depth ORDER BY validation DESC, lr, dropout, shape, step) AS place
                FROM $_points)
SELECT name, method, depth, test FROM placed WHERE place = 1;

CREATE TEMP VIEW tabular_many_chosen AS
WITH placed AS (SELECT *, row_number() OVER (PARTITION BY name, method ORDER BY validation DESC, depth, lr, dropout, shape, step) AS place
                FROM tabular_many_points)
SELECT name, method, depth, test, mid_rank(test) OVER (PARTITION BY name ORDER BY test DESC) AS rank FROM placed WHERE place = 1;
