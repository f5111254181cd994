-- title: The harm grows with the angle between the subspaces
-- caption: Test loss on the second matrix with minus without pre-training, seed by seed, against the principal angle between the column spaces (and row spaces) of the two matrices; mean with 95 % interval, crosses: median. Not in the paper.
-- needs: critical-periods/completion-angle
SELECT depth, angle, avg(b.value - a.value) AS harm, coalesce(ci95(b.value - a.value), 0) AS half, median(b.value - a.value) AS middle
FROM critical_periods_completion_angle_values a JOIN critical_periods_completion_angle_values b USING (depth, seed, measure, site, angle)
WHERE measure = 'final' AND site = 'test' AND a.pretraining = 0
AND b.pretraining = (SELECT max(pretraining) FROM critical_periods_completion_angle_values)
GROUP BY depth, angle ORDER BY depth, angle;
SELECT DISTINCT depth FROM critical_periods_completion_angle_values ORDER BY depth;
