-- title: The deeper, the more an early deficit decides
-- caption: Share of the undisturbed pathway at the end against depth, mean over random starts with 95 % interval over seeds (smaller than the points), deficits of 15 steps beginning at steps 0, 100 and 300; Euler steps as in the paper. Lines: closed form from the invariant. The paper's late deficit (step 100) is not yet late at depths 2 to 4.
-- needs: critical-periods/phase-portrait
WITH s AS (SELECT depth, onset, seed, avg(CASE measure WHEN 'share' THEN value END) AS share,
                  avg(CASE measure WHEN 'share.theory' THEN value END) AS theory
           FROM critical_periods_phase_portrait_values
           WHERE measure IN ('share', 'share.theory') AND site = '1' AND method = 'euler'
           GROUP BY depth, onset, seed)
SELECT depth, onset, avg(share) AS share, coalesce(ci95(share), 0) AS half, avg(theory) AS theory
FROM s GROUP BY depth, onset ORDER BY onset, depth;
