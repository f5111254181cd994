/* The constants alpha01 and lambda01 of SELU: those for which (mean 0, variance 1) is a fixed point
   of the moment map (Klambauer et al. 2017, eq. 14). */
#ifndef TD_SIM_ACTIVATIONS_SELU_H
#define TD_SIM_ACTIVATIONS_SELU_H

#define TD_SELU_ALPHA 1.6732632423543772848170429916717
#define TD_SELU_LAMBDA 1.0507009873554804934193349852946
/* The shortest decimals that read back as the same doubles. */
#define TD_SELU_ALPHA_TEXT "1.6732632423543772"
#define TD_SELU_LAMBDA_TEXT "1.0507009873554805"

#endif
