-- title: A gate that is closed at some of the steps
-- caption: A's share of one feature of each level of the tree at the end, when the gate of B is closed at each of the first 150 epochs' steps with some probability: mean over seeds with 95 % confidence interval (learning rate 0.0025), and equation 1 with that share of B's gradient blocked (lines). The paper's code uses 0.9. A quarter of the steps does most of what the whole gate does.
-- needs: critical-periods/probabilistic-gate
SELECT a.probability AS probability, CAST(a.site AS INTEGER) AS mode, avg(a.value) AS share, ci95(a.value) AS half, avg(b.value) AS equation
FROM critical_periods_probabilistic_gate_values a JOIN critical_periods_probabilistic_gate_values b USING (task, site)
WHERE a.measure = 'share.network' AND b.measure = 'share.equation' AND a.site IN ('1', '2', '3', '5')
AND a.lr = (SELECT min(lr) FROM critical_periods_probabilistic_gate_values)
GROUP BY a.site, a.probability ORDER BY mode, probability;
