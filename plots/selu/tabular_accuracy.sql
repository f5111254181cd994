-- title: Test accuracy by table and network
-- caption: Test accuracy in per cent of the network that validation selects, mean over folds. Colour: difference to the mean of the seven on that table.
-- needs: selu/tabular-many
SELECT CASE method WHEN 'SNN' THEN 0 WHEN 'MSRAinit' THEN 1 WHEN 'LayerNorm' THEN 2 WHEN 'Highway' THEN 3 WHEN 'ResNet' THEN 4 WHEN 'WeightNorm' THEN 5 ELSE 6 END AS x, method, dense_rank() OVER (ORDER BY name DESC) - 1 AS y, name, test - avg(test) OVER (PARTITION BY name) AS gain,
       printf('%.1f', 100 * test) AS percent FROM tabular_many_chosen ORDER BY y, x;
