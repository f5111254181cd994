-- title: Training accuracy of networks with 64 hidden layers
-- caption: Training accuracy by epoch of networks with 64 hidden layers on Fashion-MNIST, plain SGD from LeCun-normal weights, mean over seeds with the range of the seeds; chance is 0.1.
-- needs: selu/very-deep
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_very_deep_values
           WHERE measure = 'accuracy' AND net_activation_kind = 'selu')
SELECT epoch, avg(value) AS accuracy, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_very_deep_values
           WHERE measure = 'accuracy' AND net_activation_kind = 'relu')
SELECT epoch, avg(value) AS accuracy, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
