-- title: What a deficit changes for good, by onset and length
-- caption: Gain in share of the undisturbed pathway by onset and length of the other's deficit, in units of the time to half learning, by depth (integrated, from small balanced weights). Line: onset at which the effect is half that of onset 0, from the invariant alone; circles: the same by integration.
-- needs: critical-periods/effect-map
WITH v AS (SELECT e.depth, e.length, o.value AS onset, e.value AS effect
           FROM critical_periods_effect_map_values e JOIN critical_periods_effect_map_values o USING (task, step)
           WHERE e.measure = 'effect' AND e.site = 'integrated' AND o.measure = 'onset'
           AND e.depth IN (2, 3, 5, 8)),
     x AS (SELECT onset, lag(onset) OVER w AS before, lead(onset) OVER w AS after
           FROM (SELECT DISTINCT onset FROM v) WINDOW w AS (ORDER BY onset)),
     y AS (SELECT length, lag(length) OVER w AS before, lead(length) OVER w AS after
           FROM (SELECT DISTINCT length FROM v) WINDOW w AS (ORDER BY length))
SELECT v.depth, v.onset, v.length, v.effect,
       (v.onset + coalesce(x.before, v.onset)) / 2 AS x0, (v.onset + coalesce(x.after, v.onset)) / 2 AS x1,
       sqrt(v.length * coalesce(y.before, v.length)) AS y0, sqrt(v.length * coalesce(y.after, v.length)) AS y1
FROM v JOIN x USING (onset) JOIN y USING (length) ORDER BY v.depth, v.length, v.onset;
SELECT depth, length, max(CASE site WHEN 'theory' THEN value END) AS theory,
       max(CASE site WHEN 'integrated' THEN value END) AS integrated
FROM critical_periods_effect_map_values WHERE measure = 'critical-period' AND depth IN (2, 3, 5, 8)
GROUP BY depth, length ORDER BY depth, length;
