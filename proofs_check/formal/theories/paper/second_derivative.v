From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss hessian derivative generic generic_hessian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The Hessian of the square loss of a deep linear network is the matrix of its second    *)
(* partial derivatives. The loss is a polynomial in the p entries of the weights, and its *)
(* partial derivatives are those of polynomials, over any field:                          *)
(*   loss = 1/2 | W_(L-1) ... W_0 X - Y |^2                                               *)
(* (the paper has the mean over the N samples: the same, divided by N).                   *)
Section SecondDerivative.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation np := (\sum_(l < L) layer_size M l)%N.
Implicit Types w : 'rV[F]_np.

(* The outputs of the network on the data, polynomials in the p parameters. *)
Definition outputs : 'M[{mpoly F[np]}]_(M L, N) :=
  network (@no_origin F M) (@unit_direction F M L) L X.

(* |outputs - Y|^2, twice the loss. *)
Definition twice_loss : {mpoly F[np]} :=
  loss_polynomial (@no_origin F M) (@unit_direction F M L) X Y.

(* The loss. *)
Definition half_square_loss : {mpoly F[np]} := (2%:R)^-1 *: twice_loss.

(* At every point w of the space of parameters the polynomials outputs take the values of the *)
(* network W_(L-1) ... W_0 X with these weights. Over any field.                              *)
Theorem outputs_at w i j : (outputs i j).[: w] = (chain (direction w) 0 L *m X) i j.
Proof.
rewrite -(chain_extW (weights_at_direction w)) -[X in _ *m X](map_mpolyC_at (w 0)).
by rewrite -chain_at -map_mxM [RHS]mxE.
Qed.

(* At every point w of the space of parameters the polynomial twice_loss takes the value of the *)
(* square loss |W_(L-1) ... W_0 X - Y|^2 with these weights. Over any field.                    *)
Theorem twice_loss_at w : twice_loss.[: w] = square_loss X Y (direction w).
Proof.
by rewrite loss_at /square_loss /residual (chain_extW (weights_at_direction w)).
Qed.

(* The second partial derivatives of twice the loss in all weights are twice the Hessian, at all *)
(* weights, for all data over any field.                                                         *)
Theorem twice_second_derivative w i j :
  (twice_loss^`M(i)^`M(j)).[: w] = loss_hessian (direction w) X Y i j *+ 2.
Proof.
by rewrite mderiv2_loss mevalMn loss_hessian_at.
Qed.

(* The partial derivative of the loss in the i-th parameter is the gradient form in that *)
(* direction, at all weights, for all data over any field in which 2 is not zero.        *)
Theorem first_derivative w i : 2%:R != 0 :> F ->
  (half_square_loss^`M(i)).[: w] = gradient_form (direction w) X Y (direction (delta_mx 0 i)).
Proof.
move=> two; rewrite mderivZ mevalZ gradient_at half_twice //.
by rewrite /gradient_form /residual (chain_extW (weights_at_direction w))
           (d_chain_extW (weights_at_direction w)).
Qed.

(* The Hessian is the matrix of the second partial derivatives of the loss in all weights, at all *)
(* weights, for all data over any field in which 2 is not zero.                                   *)
Theorem second_derivative w i j : 2%:R != 0 :> F ->
  (half_square_loss^`M(i)^`M(j)).[: w] = loss_hessian (direction w) X Y i j.
Proof.
by move=> two; rewrite !mderivZ mevalZ twice_second_derivative half_twice.
Qed.

(* The outer-product Hessian holds the products of the first partial derivatives of the outputs, *)
(* added up over samples and outputs: at all weights, for all data over any field.               *)
Theorem outer_derivative w i j :
  outer_hessian (direction w) L X i j
  = \sum_b \sum_a ((outputs a b)^`M(i)).[: w] * ((outputs a b)^`M(j)).[: w].
Proof.
rewrite -outer_hessian_at /generic_outer /mxtrace rmorph_sum; apply: eq_bigr => b _.
by rewrite mxE rmorph_sum; apply: eq_bigr => a _; rewrite !mxE rmorphM.
Qed.

(* The functional Hessian holds the second partial derivatives of the outputs, weighted with the *)
(* residuals and added up over samples and outputs: at all weights, for all data over any field. *)
Theorem functional_derivative w i j :
  functional_hessian (direction w) X Y i j
  = \sum_b \sum_a residual X Y (direction w) a b * ((outputs a b)^`M(i)^`M(j)).[: w].
Proof.
rewrite -functional_hessian_at /generic_functional /mxtrace rmorph_sum; apply: eq_bigr => b _.
rewrite mxE rmorph_sum; apply: eq_bigr => a _; rewrite rmorphM /residual.
rewrite -(chain_extW (weights_at_direction w)) -/(residual X Y _) -residual_at.
by congr (_ * _); rewrite !mxE.
Qed.
End SecondDerivative.
