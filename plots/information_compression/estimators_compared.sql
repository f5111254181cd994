-- title: The same activities through all estimators
-- caption: I(X;T) of one random layer of five units for 2048 input patterns, its activities multiplied by a factor before they are looked at; mean over weights. Nothing about which inputs can be told apart depends on the factor (dashed: exact patterns). KDE: upper bounds. Propagated noise and fixed KDE share the noise variance 0.001.
-- needs: information-compression/estimators-compared
SELECT data_activation_kind AS activation, measure AS estimator, data_scale AS scale, avg(value) AS bits, coalesce(ci95(value), 0) AS half
FROM information_compression_estimators_compared_values WHERE site IN ('x', 'x-upper') AND measure NOT LIKE '%.lo' AND measure NOT LIKE '%.hi'
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
