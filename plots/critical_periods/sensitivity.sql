-- title: The critical period ends when half of the feature is learned
-- caption: Left: gain in share of the undisturbed pathway against the onset of a deficit that lasts a fifth of the learning time; points integrated, lines closed form. Right: time to half learning by depth from K = 0.01 each, integrated and by quadrature, with the logistic's value at depth 2, ln(S/K0 - 1) / (2 S).
-- needs: critical-periods/effect-map
WITH l AS (SELECT length FROM critical_periods_effect_map ORDER BY abs(length - 0.2), length LIMIT 1)
SELECT e.depth AS depth, o.value AS onset, max(CASE e.site WHEN 'integrated' THEN e.value END) AS effect,
       max(CASE e.site WHEN 'theory' THEN e.value END) AS theory
FROM critical_periods_effect_map_values e JOIN critical_periods_effect_map_values o USING (task, step)
WHERE e.measure = 'effect' AND o.measure = 'onset' AND e.length IN l
GROUP BY e.depth, o.value ORDER BY e.depth, o.value;
SELECT depth, max(CASE site WHEN 'integrated' THEN value END) AS integrated,
       max(CASE site WHEN 'theory' THEN value END) AS theory, max(CASE site WHEN 'logistic' THEN value END) AS logistic
FROM critical_periods_effect_map_values WHERE measure = 'learning-time' GROUP BY depth ORDER BY depth;
