-- title: Training loss, SELU against ReLU with batch normalisation
-- caption: Training loss by epoch at depth 8, 16 and 32 on Fashion-MNIST, geometric mean over seeds with the range of the seeds (Klambauer et al. 2017, figure 1). Solid: the largest learning rate of the run, dashed: the smallest (demo: 1e-2 and 1e-3; the paper: 1e-5, 2000 epochs).
-- needs: selu/training
SELECT max(optimizer_lr) AS fast, min(optimizer_lr) AS slow, max(epochs) AS epochs, min(value) AS least FROM selu_training_values
WHERE measure = 'loss' HAVING count(*) > 0;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 8 AND net_activation_kind = 'selu'
           AND optimizer_lr = (SELECT max(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 8 AND net_activation_kind = 'selu'
           AND optimizer_lr = (SELECT min(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 8 AND net_activation_kind = 'relu'
           AND optimizer_lr = (SELECT max(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 8 AND net_activation_kind = 'relu'
           AND optimizer_lr = (SELECT min(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 16 AND net_activation_kind = 'selu'
           AND optimizer_lr = (SELECT max(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 16 AND net_activation_kind = 'selu'
           AND optimizer_lr = (SELECT min(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 16 AND net_activation_kind = 'relu'
           AND optimizer_lr = (SELECT max(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 16 AND net_activation_kind = 'relu'
           AND optimizer_lr = (SELECT min(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 32 AND net_activation_kind = 'selu'
           AND optimizer_lr = (SELECT max(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 32 AND net_activation_kind = 'selu'
           AND optimizer_lr = (SELECT min(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 32 AND net_activation_kind = 'relu'
           AND optimizer_lr = (SELECT max(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
WITH v AS (SELECT *, step * 1.0 / max(step) OVER (PARTITION BY task) * epochs AS epoch FROM selu_training_values
           WHERE measure = 'loss' AND net_depth = 32 AND net_activation_kind = 'relu'
           AND optimizer_lr = (SELECT min(optimizer_lr) FROM selu_training_values))
SELECT epoch, geomean(value) AS loss, min(value) AS lo, max(value) AS hi FROM v GROUP BY step ORDER BY step;
