From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import formulas int_ring chain loss hessian.
From Hessproof Require Import bias bias_decoupling bias_augmented.
From Hessproof.paper Require Import outer_bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of H_L with bias for one layer (this project's amendment of Fact 13, with L = 1).     *)

(* Over an ordered field, for one layer, all weights, biases and data: the Hessian of the loss    *)
(* with biases has rank K r~, whatever the residual.                                              *)
Theorem loss_bias_one_layer (F : realFieldType) (M : nat -> nat) (N m s e : nat)
    (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1))
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M 1%N, N)) : (0 < N)%N ->
  (\rank (biased_hessian W b X Y))%:Z = loss_bias_generic 1 M m (\rank (augmented X)) s e.
Proof.
move=> N0; have nN : N%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
have functional0 : biased_functional_hessian W b X Y = 0.
  apply/matrixP => i j; rewrite !mxE /biased_functional_form /functional_form.
  by rewrite d2_chain_S // d2_chain_id !d_chain_id !mulmx0 !addr0 mulmx0 mxtrace0.
rewrite biased_gauss_newton functional0 addr0 outer_bias_exact // /jacobian_chain.
rewrite big_nat1 big_geq // subr0 /= rank_mul_gram !chain_id mul1mx mxrank1 rank_augmented //.
set r := \rank _; have r0 : (r <= M 0)%N := rank_leq_row _.
rewrite /loss_bias_generic /hidden_total !big_geq ?addn1 //.
rewrite /q_centred_of /narrowest_hidden subn1 /=.
have rM : (r <= M 0 + M 1)%N by apply: leq_trans r0 (leq_addr _ _).
rewrite (minn_idPr rM).
have -> : r.+1%:Z = r%:Z + 1 by rewrite -addn1 PoszD.
have [Kr|rK] := leqP (M 1%N) r.
  by move: r%:Z (M 1%N)%:Z s%:Z e%:Z => r' K s' e'; int_ring.
by move: r%:Z (M 1%N)%:Z s%:Z e%:Z => r' K s' e'; int_ring.
Qed.
