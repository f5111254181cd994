-- title: Two pathways over time, and how far integrators are from the closed form
-- caption: Left: strengths of two pathways that learn a feature of strength 3; B gets no gradient at first (shaded). Points integrated (rk8pd), lines closed form. Right: largest deviation of each integrator from the closed form over S, with the deficit, at tolerance 1e-13; Euler with step 0.001.
-- needs: critical-periods/ode-model
SELECT k.depth AS depth, t.value AS time, max(CASE WHEN k.measure = 'strength' AND k.site = '1' THEN k.value END) AS a,
       max(CASE WHEN k.measure = 'strength' AND k.site = '2' THEN k.value END) AS b,
       max(CASE WHEN k.measure = 'strength.theory' AND k.site = '1' THEN k.value END) AS a_theory,
       max(CASE WHEN k.measure = 'strength.theory' AND k.site = '2' THEN k.value END) AS b_theory,
       k.length AS length
FROM critical_periods_ode_model_values k JOIN critical_periods_ode_model_values t USING (task, step)
WHERE t.measure = 'time' AND k.method = 'rk8pd' AND k.length > 0 GROUP BY k.depth, t.value ORDER BY k.depth, t.value;
SELECT method, max(CASE depth WHEN 1 THEN value END) AS d1, max(CASE depth WHEN 2 THEN value END) AS d2,
       max(CASE depth WHEN 3 THEN value END) AS d3, max(CASE depth WHEN 4 THEN value END) AS d4
FROM critical_periods_ode_model_values WHERE measure = 'deviation' AND site = 'theory' AND length > 0
GROUP BY method ORDER BY d4;
