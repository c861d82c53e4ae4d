From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian formulas narrowest rectangular_identities.
From Hessproof Require Import functional_column column_rank functional_bound column_bound.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Theorem 5's value is attained by all block columns at once, over any field: *)
(* at rectangular identities W_l, with X = 1 and the residual of rank s that   *)
(* is a rectangular identity, too.                                             *)

Section WholeProduct.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) (l : 'I_L).
Notation G := (X *m (residual X Y W)^T).

(* No whole cyclic product has a larger rank than qhat. *)
Lemma rank_whole_product_le :
  (\rank (whole_product W X Y l) <= qhat_of L M (\rank X) (\rank G))%N.
Proof.
have lL := ltn_ord l; have L0 : (0 < L)%N := leq_ltn_trans (leq0n l) lL.
rewrite -mxrank_tr -above_whole; have [-> | [c /andP[c0 cL] ->]] := qhat_attained W X Y L0.
  apply: leq_trans (rank_above_L W X Y l); apply: mxrankS; apply: above_before => //.
  by rewrite /before ltnSn lL orbT.
apply: leq_trans (rank_leq_row (above W X Y l c)); apply: mxrankS.
apply: above_before; rewrite ?(ltnW cL) // /before ltnSn.
by case: (leqP c l).
Qed.
End WholeProduct.

Section Attained.
Variables (F : fieldType) (M : nat -> nat) (L s : nat).
Hypotheses (s_in : (s <= M 0)%N) (s_out : (s <= M L)%N).
Notation W := (rectangular_identity F M).

(* The labels that leave the residual pid_mx s. *)
Definition labels_of_rank : 'M[F]_(M L, M 0%N) := chain W 0 L - pid_mx s.
Notation Y := labels_of_rank.
Notation G := ((1%:M : 'M[F]_(M 0%N)) *m (residual 1%:M Y W)^T).

Lemma residual_of_rank : G = pid_mx s.
Proof. by rewrite mul1mx /residual mulmx1 subKr tr_pid_mx. Qed.

Lemma rank_residual_of_rank : \rank G = s.
Proof. by rewrite residual_of_rank rank_pid_mx. Qed.

Theorem column_attained (l : 'I_L) :
  (\rank (functional_column W 1%:M Y l))%:Z = column_generic L M (M 0%N) s l.+1.
Proof.
have lL := ltn_ord l; have L0 : (0 < L)%N := leq_ltn_trans (leq0n l) lL.
pose q := qhat_of L M (M 0%N) s.
have qM k : (k <= L.-1.+1)%N -> (q <= M k)%N.
  by rewrite prednK // => kL; apply: qhat_of_le_widths.
have pidP b j k : (j <= k)%N -> (k <= L)%N ->
    (pid_mx q : 'M_(b, M k)) *m chain W j k = pid_mx q.
  by move=> jk kL; apply: (pid_chain F qM); rewrite ?prednK.
have := @functional_column_generic F M W L (M 0%N) 1%:M Y l.
rewrite mxrank1 rank_residual_of_rank; apply; apply/eqP; rewrite eqn_leq.
have := rank_whole_product_le W 1%:M Y l; rewrite mxrank1 rank_residual_of_rank => -> /=.
have whole : (pid_mx q : 'M_(M l)) *m whole_product W 1%:M Y l = pid_mx q.
  rewrite /whole_product residual_of_rank !mulmxA pidP ?(ltnW lL) // mul_pid_mx.
  have -> : minn (M 0%N) (minn q s) = q.
    by rewrite (minn_idPl (qhat_of_le_residual _ _ _ _)) (minn_idPr (qM _ _)).
  exact: pidP.
rewrite -/q -[X in (X <= _)%N](@rank_pid_mx F (M l) (M l.+1)) ?qM ?prednK ?(ltnW lL) //.
by rewrite -whole mxrankM_maxr.
Qed.
End Attained.
