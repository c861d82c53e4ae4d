From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss hessian outer_rank outer_bound bias bias_decoupling.
From Hessproof Require Import bias_outer bias_centred bias_augmented int_ring formulas narrowest.
From Hessproof Require Import generic generic_hessian generic_bias.
From Hessproof.paper Require Import fact7 outer_bias centred_bias almost_all.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Networks with biases, for almost all parameters, over an ordered field and for every data *)
(* set. A vector w of parameters is the network with the weights weights_of w and the biases *)
(* biases_of w.                                                                              *)
Section Biases.
Variables (F : realFieldType) (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N)).
Hypotheses (deep : (0 < L)%N) (samples : (0 < N)%N).

(* The outer-product Hessian with biases, for almost all weights and biases, over an ordered   *)
(* field and for every data set: it has rank K + q (K - q + r - 1), where r is the rank of the *)
(* data (x, 1) and q = min(r - 1, M_1, ..., M_(L-1), K).                                       *)
Theorem outer_bias_almost_all :
  almost_all (fun w : 'rV[F]_(\sum_(l < L) biased_size M l) =>
    (\rank (biased_outer_hessian (weights_of w) (biases_of w) L X))%:Z
    = outer_bias_generic L M (\rank (augmented X))).
Proof.
have N0 : N%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
have formula : outer_bias_generic L M (\rank (augmented X))
               = (M L)%:Z + outer_generic L M (\rank (centred X)).
  rewrite rank_augmented // /outer_bias_generic /outer_generic q_centred_ofE subn1 /=.
  rewrite -addn1 PoszD.
  by move: (q_of _ _ _)%:Z (M L)%:Z (\rank _)%:Z => q K r; int_ring.
rewrite formula.
apply: (@generic_biased_rank_eq _ _ _ _ _ (fun W b => biased_outer_hessian W b L X)).
- by move=> W W' b b' WW bb; apply: biased_outer_hessian_local.
- exact: polynomial_biased_outer_hessian.
- move=> W b; rewrite outer_bias_centred // PoszD ler_add2l rank_outer_hessian.
  exact: rank_jacobian_le.
have [W whole] := outer_attained (centred X) deep; exists W, (fun=> 0).
by rewrite outer_bias_centred // PoszD rank_outer_hessian rank_jacobian_whole.
Qed.

(* The Hessian of the loss with biases, where the residuals have mean zero, E[delta] = 0: over an *)
(* ordered field and for every data set, almost all weights with any biases that make E[delta] =  *)
(* 0 give it the rank of Fact 7 on centred inputs, and K more.                                    *)
Theorem centred_bias_almost_all (Y : 'M[F]_(M L, N)) :
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    forall b, residual_sum (direction w) b X Y = 0 ->
    (\rank (biased_hessian (direction w) b X Y))%:Z
    = (M L)%:Z + fact7 L M (\rank (centred X))).
Proof.
have N0 : N%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
apply: almost_all_imp (fact7_almost_all (centred X) (centred Y) deep) => w rankw b stationary.
by rewrite centred_bias_loss // PoszD rankw.
Qed.
End Biases.
