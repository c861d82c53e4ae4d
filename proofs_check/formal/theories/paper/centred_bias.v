From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import formulas chain hessian bias bias_decoupling bias_outer bias_centred.
From Hessproof.paper Require Import fact7.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The ranks with bias where E[delta] = 0, as wherever the derivative of the    *)
(* loss by the last bias is zero: those without bias on centred data.           *)
Section Centred.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Hypotheses (L0 : (0 < L)%N) (N0 : N%:R != 0 :> F).
Hypothesis stationary : residual_sum W b X Y = 0.

(* Where E[delta] = 0, for all weights, biases and data, over any field in which the number of *)
(* samples is not zero: the Hessian of the loss with biases has rank K more than the Hessian   *)
(* without biases on centred inputs and labels.                                                *)
Theorem centred_bias_loss :
  \rank (biased_hessian W b X Y) = (M L + \rank (loss_hessian W (centred X) (centred Y)))%N.
Proof.
case: L L0 Y stationary => // L' _ Y' e0.
by apply: biased_loss_rank => //; apply: centred_sum.
Qed.

(* Where E[delta] = 0, for all weights, biases and data, over any field in which the number of    *)
(* samples is not zero: the functional Hessian with biases has the rank of the one without biases *)
(* on centred inputs and labels.                                                                  *)
Theorem centred_bias_functional :
  \rank (biased_functional_hessian W b X Y)
  = \rank (functional_hessian W (centred X) (centred Y)).
Proof.
case: L L0 Y stationary => // L' _ Y' e0.
by apply: biased_functional_rank => //; apply: centred_sum.
Qed.

(* Where E[delta] = 0, for all weights, biases and data, over any field in which the number of *)
(* samples is not zero: the Hessian of the loss with biases has rank at most K plus Fact 7's   *)
(* value on centred inputs.                                                                    *)
Corollary centred_bias_bound :
  (\rank (biased_hessian W b X Y))%:Z <= (M L)%:Z + fact7 L M (\rank (centred X)).
Proof. by rewrite centred_bias_loss PoszD ler_add2l; apply: fact7_upper_bound. Qed.
End Centred.

(* Over an ordered field every data set has weights and biases with E[delta] = 0 at which the    *)
(* Hessian of the loss with biases has rank K plus Fact 7's value on centred inputs, the largest *)
(* there is.                                                                                     *)
Theorem centred_bias_attained (F : realFieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) : (0 < L)%N -> (0 < N)%N ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)),
    residual_sum W b X Y = 0
    /\ (\rank (biased_hessian W b X Y))%:Z = (M L)%:Z + fact7 L M (\rank (centred X)).
Proof.
case: L Y => // L Y _ N0; have N1 : N%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
have [W rkW] := fact7_attained (centred X) (centred Y) (ltn0Sn L).
have [b e0] := stationary_bias W X Y N1; exists W, b; split=> //.
by rewrite centred_bias_loss // PoszD rkW.
Qed.
