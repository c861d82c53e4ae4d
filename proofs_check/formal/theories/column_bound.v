From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian formulas narrowest.
From Hessproof Require Import functional_column column_rank functional_bound.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The bounds on H_f and on its block columns in the words of the formulas:    *)
(* r = rk X, s = rk G with G = X residual^T, and qhat = min(r, M_1, ...,       *)
(* M_(L-1), K, s).  Layer l here is the paper's layer l + 1.                   *)
Section Formulas.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation G := (X *m (residual X Y W)^T).
Notation r := (\rank X).
Notation s := (\rank G).
Notation qhat := (qhat_of L M r s).

(* The narrowest node of the cyclic chain is hidden or the joint with G, since *)
(* s is at most r and at most M_L.                                             *)
Lemma qhat_attained : (0 < L)%N -> qhat = s \/ exists2 c, (0 < c < L)%N & qhat = M c.
Proof.
have at_s n : qhat = n -> (s <= n)%N -> qhat = s.
  by move=> E sn; apply/eqP; rewrite eqn_leq qhat_of_le_residual E.
move=> L0; have [E | E | [c /andP[c0]]] := qhat_of_attained M r s L0; first by left.
  by left; apply: at_s E _; rewrite mxrankM_maxl.
rewrite leq_eqVlt => /orP[/eqP-> E | cL E]; last by right; exists c; rewrite ?c0.
by left; apply: at_s E _; apply: rank_leq_col.
Qed.

Lemma qhat_le_hidden c : (0 < c < L)%N -> (qhat <= M c)%N.
Proof. by case/andP=> c0 cL; apply: qhat_of_le_width; rewrite c0 ltnW. Qed.

(* Theorem 5's three cases are one formula in the two ends of the cyclic chain. *)
Lemma thm5_ends (l : 'I_L) : (1 < L)%N ->
  thm5 L M r s l.+1
  = qhat%:Z * (start_size W X Y l)%:Z + qhat%:Z * (end_size W X Y l)%:Z - qhat%:Z ^+ 2.
Proof.
move=> L1; rewrite /thm5 /start_size /end_size eqSS [L == _]eq_sym !subn1 /=.
case: (eqVneq (l : nat) 0%N) => [l0 | _].
  have -> : (l.+1 == L) = false by rewrite l0 ltn_eqF.
  by rewrite l0 [X in X - _]addrC.
case: eqP => [lL | _]; last by rewrite [X in X - _]addrC.
by rewrite -(congr1 predn lL).
Qed.

Lemma column_bound_ends l : (1 < L)%N -> column_bound L M r s l = thm5 L M r s l.
Proof. by move=> L1; rewrite /column_bound gtn_eqF. Qed.

Lemma two_ends_le rk q a b : (rk + q * q <= q * a + b * q)%N ->
  rk%:Z <= q%:Z * a%:Z + q%:Z * b%:Z - q%:Z ^+ 2.
Proof. by rewrite ler_subr_addr [(b * q)%N]mulnC expr2 -!PoszM -!PoszD. Qed.

Lemma two_ends_ge rk q a b : (q * a + b * q <= rk + q * q)%N ->
  q%:Z * a%:Z + q%:Z * b%:Z - q%:Z ^+ 2 <= rk%:Z.
Proof. by rewrite ler_subl_addr [(b * q)%N]mulnC expr2 -!PoszM -!PoszD. Qed.

(* rk H_f^(.l) <= column_bound, for all weights and data.                      *)
Theorem functional_column_bound (l : 'I_L) :
  (\rank (functional_column W X Y l))%:Z <= column_bound L M r s l.+1.
Proof.
have L0 : (0 < L)%N := leq_ltn_trans (leq0n l) (ltn_ord l).
have [L1 | L1] := leqP L 1.
  rewrite functional_column_one_layer // mxrank0 /column_bound ifT //.
  by rewrite eqn_leq L1.
rewrite column_bound_ends // thm5_ends //; apply: two_ends_le.
by apply: rank_functional_column_le (qhat_of_le_residual _ _ _ _) qhat_le_hidden (qhat_attained L0).
Qed.

(* Theorem 5's value where the whole cyclic product has rank qhat.             *)
Theorem functional_column_generic (l : 'I_L) :
    \rank (whole_product W X Y l) = qhat ->
  (\rank (functional_column W X Y l))%:Z = column_generic L M r s l.+1.
Proof.
move=> whole; apply: le_anti; rewrite functional_column_bound /=.
have [L1 | L1] := leqP L 1.
  have L0 : (0 < L)%N := leq_ltn_trans (leq0n l) (ltn_ord l).
  by rewrite /column_generic ifT // eqn_leq L1.
rewrite -[column_generic _ _ _ _ _]/(column_bound L M r s l.+1) column_bound_ends // thm5_ends //.
exact/two_ends_ge/rank_functional_column_whole.
Qed.
End Formulas.
