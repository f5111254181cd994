-- title: Test accuracy by table and network
-- caption: Test accuracy in per cent of the network that validation selects, mean over folds. Colour: difference to the mean of the seven on that table.
-- needs: selu/tabular-many
WITH run AS (SELECT data_set AS name, net_depth AS depth, optimizer_lr AS lr, net_dropout_kind AS dropout, net_shape AS shape,
             step, data_fold || ' ' || seed AS part,
             CASE WHEN net_activation_kind = 'selu' THEN 'SNN' WHEN net_highway = 'true' THEN 'Highway'
               WHEN net_residual > 0 THEN 'ResNet' WHEN net_norm = 'batch' THEN 'BatchNorm'
               WHEN net_norm = 'layer' THEN 'LayerNorm' WHEN net_norm = 'weight' THEN 'WeightNorm' ELSE 'MSRAinit' END AS method,
             max(CASE site WHEN 'validation' THEN value END) AS validation, max(CASE site WHEN 'test' THEN value END) AS test
             FROM selu_tabular_many_values WHERE measure = 'accuracy' GROUP BY task, step),
     point AS (SELECT name, method, depth, lr, dropout, shape, step, round(avg(validation), 9) AS validation, round(avg(test), 9) AS test
               FROM run GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING count(*) = (SELECT count(DISTINCT part) FROM run)),
     placed AS (SELECT *, row_number() OVER (PARTITION BY name, method ORDER BY validation DESC, depth, lr, dropout, shape, step) AS place
                FROM point),
     chosen AS (SELECT *, mid_rank(test) OVER (PARTITION BY name ORDER BY test DESC) AS rank FROM placed WHERE place = 1)
SELECT CASE method WHEN 'SNN' THEN 0 WHEN 'MSRAinit' THEN 1 WHEN 'LayerNorm' THEN 2 WHEN 'Highway' THEN 3 WHEN 'ResNet' THEN 4 WHEN 'WeightNorm' THEN 5 ELSE 6 END AS x, method, dense_rank() OVER (ORDER BY name DESC) - 1 AS y, name, test - avg(test) OVER (PARTITION BY name) AS gain,
       printf('%.1f', 100 * test) AS percent FROM chosen ORDER BY y, x;
