From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian formulas narrowest int_ring.
From Hessproof.paper Require Import gauss_newton_split fact7 corollary4 corollary6 overlap.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Section 4.4:                                                                *)
(*   rk H_L <= rk H_o + rk H_f <= 2 q M - L q^2 + 2 q s + q (r + K - q),                          *)
(* for all weights and all data whose residual has rank s >= q, over any field. No weight matrix  *)
(* need have maximal rank.                                                                        *)
Theorem overall_bound (F : fieldType) (M : nat -> nat) (L N : nat)
    (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N))
    (s := \rank (X *m (residual X Y W)^T)) (q := q_of L M (\rank X)) : (q <= s)%N ->
  (\rank (loss_hessian W X Y))%:Z
  <= overall L M (\rank X) s.
Proof.
move=> qs; apply: (@le_trans _ _ (outer_bound L M (\rank X) + cor6 L M (\rank X) s)).
  apply: le_trans (ler_add (corollary4_bound W L X) (corollary6 W X Y)).
  by rewrite -PoszD lez_nat split mxrank_add.
rewrite /outer_bound /overall /cor6 qhat_of_q // -/q le_eqVlt; apply/orP; left; apply/eqP.
by move: (hidden_total _ _)%:Z q%:Z L%:Z s%:Z (M L)%:Z (\rank X)%:Z => *; int_ring.
Qed.
