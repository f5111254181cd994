-- title: Size of the gradient by layer
-- caption: Root mean square of the gradient with respect to a layer's activations relative to the last of 100 SELU layers: geometric mean over weight draws with 95 % confidence band of its logarithm, beside mean-field theory (dashed): each layer multiplies the mean squared gradient by chi = 1.0716.
-- needs: selu/gradients
WITH r AS (SELECT g.step, 0.5 * ln(g.value / e.value) AS l FROM selu_gradients_values g JOIN selu_gradients_values e USING (task, measure, site)
           WHERE g.measure = 'gradient' AND g.site = 'simulation' AND e.step = e.depth AND g.width = 256)
SELECT step AS layer, exp(avg(l)) AS norm, exp(avg(l) - ci95(l)) AS lo, exp(avg(l) + ci95(l)) AS hi FROM r GROUP BY step ORDER BY step;
WITH r AS (SELECT g.step, 0.5 * ln(g.value / e.value) AS l FROM selu_gradients_values g JOIN selu_gradients_values e USING (task, measure, site)
           WHERE g.measure = 'gradient' AND g.site = 'simulation' AND e.step = e.depth AND g.width = 512)
SELECT step AS layer, exp(avg(l)) AS norm, exp(avg(l) - ci95(l)) AS lo, exp(avg(l) + ci95(l)) AS hi FROM r GROUP BY step ORDER BY step;
WITH r AS (SELECT g.step, 0.5 * ln(g.value / e.value) AS l FROM selu_gradients_values g JOIN selu_gradients_values e USING (task, measure, site)
           WHERE g.measure = 'gradient' AND g.site = 'simulation' AND e.step = e.depth AND g.width = 1024)
SELECT step AS layer, exp(avg(l)) AS norm, exp(avg(l) - ci95(l)) AS lo, exp(avg(l) + ci95(l)) AS hi FROM r GROUP BY step ORDER BY step;
SELECT step AS layer, sqrt(avg(value)) AS norm FROM selu_gradients_values WHERE measure = 'gradient' AND site = 'theory'
GROUP BY step ORDER BY step;
