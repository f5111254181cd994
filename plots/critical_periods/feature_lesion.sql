-- title: A feature removed from A is learned by B
-- caption: Strength K / S of one feature of each level of the tree in pathways A and B of depth 3. The second strongest feature (S = 2.65) is removed from A throughout; B gets no gradient during the first 200 epochs (shaded). When its gate opens, B learns what A cannot, and hardly anything else: the pathways specialise (Kleinman et al. 2024, figure 3).
-- needs: critical-periods/feature-lesion
WITH v AS (SELECT * FROM critical_periods_feature_lesion_values WHERE measure LIKE 'mode-strengths.%' AND events_1_mode = 2
           AND seed = (SELECT min(seed) FROM critical_periods_feature_lesion_values))
SELECT CAST(substr(a.measure, 16) AS INTEGER) AS mode, s.value AS strength, a.step AS epoch, a.value / s.value AS a, b.value / s.value AS b
FROM v a JOIN v b ON b.task = a.task AND b.step = a.step AND b.measure = a.measure AND b.site LIKE 'path.b,%'
JOIN v s ON s.task = a.task AND s.measure = a.measure AND s.site LIKE 'target,%'
WHERE a.site LIKE 'path.a,%' AND a.measure IN ('mode-strengths.1', 'mode-strengths.2', 'mode-strengths.3', 'mode-strengths.5')
ORDER BY mode, epoch;
