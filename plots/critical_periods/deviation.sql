-- title: How far the equation of the modes is from gradient descent
-- caption: Largest difference of any strength at any time over S between the trained network and equation 1, by learning rate, mean over seeds with 95 % confidence interval: halving the step halves it (the line has slope 1), so in the limit of small steps the equation is exact. The claim's threshold 0.02 is dashed.
-- needs: critical-periods/network-vs-ode
SELECT lr, avg(CASE WHEN onset = -1 THEN value END) AS none, avg(CASE WHEN onset = 0 THEN value END) AS early,
       avg(CASE WHEN onset = 4 THEN value END) AS middle, avg(CASE WHEN onset = 7.5 THEN value END) AS late,
       ci95(CASE WHEN onset = -1 THEN value END) AS none_half, ci95(CASE WHEN onset = 0 THEN value END) AS early_half,
       ci95(CASE WHEN onset = 4 THEN value END) AS middle_half, ci95(CASE WHEN onset = 7.5 THEN value END) AS late_half
FROM critical_periods_network_vs_ode_values WHERE measure = 'deviation' GROUP BY lr ORDER BY lr;
