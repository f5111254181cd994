-- title: Two deep linear pathways trained on tree data, and the equation of their modes
-- caption: Strength K / S of one feature of each level of the tree (S = 3.87, 2.65, 1.73, 1) in pathway A (solid) and B (dashed) of depth 4, trained by gradient descent with learning rate 0.01; dots: equation 1 from the same start. B gets no gradient in the shaded time, 150 epochs from epoch 0, 400 or 750 (Kleinman et al. 2024, figure 2; 100 epochs are 1 time). An early deficit decides for good who carries a feature, a middle one only of those that are not yet learned.
-- needs: critical-periods/network-vs-ode
SELECT s.value AS strength, CAST(substr(a.site, 3) AS INTEGER) AS mode, a.step * a.lr AS time,
       a.value / s.value AS a, b.value / s.value AS b, ae.value / s.value AS a_equation, be.value / s.value AS b_equation
FROM critical_periods_network_vs_ode_values a
JOIN critical_periods_network_vs_ode_values b ON b.task = a.task AND b.step = a.step AND b.measure = a.measure AND b.site = 'b' || substr(a.site, 2)
JOIN critical_periods_network_vs_ode_values ae ON ae.task = a.task AND ae.step = a.step AND ae.measure = 'strength.equation' AND ae.site = a.site
JOIN critical_periods_network_vs_ode_values be ON be.task = a.task AND be.step = a.step AND be.measure = 'strength.equation' AND be.site = b.site
JOIN critical_periods_network_vs_ode_values s ON s.task = a.task AND s.measure = 'singular-value' AND s.site = substr(a.site, 3)
WHERE a.measure = 'strength.network' AND substr(a.site, 1, 2) = 'a.' AND a.site IN ('a.1', 'a.2', 'a.3', 'a.5') AND a.onset = -1
AND a.lr = (SELECT max(lr) FROM critical_periods_network_vs_ode_values)
AND a.seed = (SELECT min(seed) FROM critical_periods_network_vs_ode_values)
ORDER BY mode, time;
SELECT s.value AS strength, CAST(substr(a.site, 3) AS INTEGER) AS mode, a.step * a.lr AS time,
       a.value / s.value AS a, b.value / s.value AS b, ae.value / s.value AS a_equation, be.value / s.value AS b_equation
FROM critical_periods_network_vs_ode_values a
JOIN critical_periods_network_vs_ode_values b ON b.task = a.task AND b.step = a.step AND b.measure = a.measure AND b.site = 'b' || substr(a.site, 2)
JOIN critical_periods_network_vs_ode_values ae ON ae.task = a.task AND ae.step = a.step AND ae.measure = 'strength.equation' AND ae.site = a.site
JOIN critical_periods_network_vs_ode_values be ON be.task = a.task AND be.step = a.step AND be.measure = 'strength.equation' AND be.site = b.site
JOIN critical_periods_network_vs_ode_values s ON s.task = a.task AND s.measure = 'singular-value' AND s.site = substr(a.site, 3)
WHERE a.measure = 'strength.network' AND substr(a.site, 1, 2) = 'a.' AND a.site IN ('a.1', 'a.2', 'a.3', 'a.5') AND a.onset = 0
AND a.lr = (SELECT max(lr) FROM critical_periods_network_vs_ode_values)
AND a.seed = (SELECT min(seed) FROM critical_periods_network_vs_ode_values)
ORDER BY mode, time;
SELECT s.value AS strength, CAST(substr(a.site, 3) AS INTEGER) AS mode, a.step * a.lr AS time,
       a.value / s.value AS a, b.value / s.value AS b, ae.value / s.value AS a_equation, be.value / s.value AS b_equation
FROM critical_periods_network_vs_ode_values a
JOIN critical_periods_network_vs_ode_values b ON b.task = a.task AND b.step = a.step AND b.measure = a.measure AND b.site = 'b' || substr(a.site, 2)
JOIN critical_periods_network_vs_ode_values ae ON ae.task = a.task AND ae.step = a.step AND ae.measure = 'strength.equation' AND ae.site = a.site
JOIN critical_periods_network_vs_ode_values be ON be.task = a.task AND be.step = a.step AND be.measure = 'strength.equation' AND be.site = b.site
JOIN critical_periods_network_vs_ode_values s ON s.task = a.task AND s.measure = 'singular-value' AND s.site = substr(a.site, 3)
WHERE a.measure = 'strength.network' AND substr(a.site, 1, 2) = 'a.' AND a.site IN ('a.1', 'a.2', 'a.3', 'a.5') AND a.onset = 4
AND a.lr = (SELECT max(lr) FROM critical_periods_network_vs_ode_values)
AND a.seed = (SELECT min(seed) FROM critical_periods_network_vs_ode_values)
ORDER BY mode, time;
SELECT s.value AS strength, CAST(substr(a.site, 3) AS INTEGER) AS mode, a.step * a.lr AS time,
       a.value / s.value AS a, b.value / s.value AS b, ae.value / s.value AS a_equation, be.value / s.value AS b_equation
FROM critical_periods_network_vs_ode_values a
JOIN critical_periods_network_vs_ode_values b ON b.task = a.task AND b.step = a.step AND b.measure = a.measure AND b.site = 'b' || substr(a.site, 2)
JOIN critical_periods_network_vs_ode_values ae ON ae.task = a.task AND ae.step = a.step AND ae.measure = 'strength.equation' AND ae.site = a.site
JOIN critical_periods_network_vs_ode_values be ON be.task = a.task AND be.step = a.step AND be.measure = 'strength.equation' AND be.site = b.site
JOIN critical_periods_network_vs_ode_values s ON s.task = a.task AND s.measure = 'singular-value' AND s.site = substr(a.site, 3)
WHERE a.measure = 'strength.network' AND substr(a.site, 1, 2) = 'a.' AND a.site IN ('a.1', 'a.2', 'a.3', 'a.5') AND a.onset = 7.5
AND a.lr = (SELECT max(lr) FROM critical_periods_network_vs_ode_values)
AND a.seed = (SELECT min(seed) FROM critical_periods_network_vs_ode_values)
ORDER BY mode, time;
