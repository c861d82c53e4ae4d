From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian formulas narrowest maximal_weights.
From Hessproof Require Import rectangular_identities functional_column column_rank.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Three small networks of three layers at which block columns of H_f have other *)
(* ranks than Theorem 5 says, over any field: the weights are rectangular      *)
(* identities, of maximal rank each, X = 1, and a product next to the residual *)
(* vanishes.                                                                   *)

Section Labels.
Variables (F : fieldType) (M : nat -> nat) (E : 'M[F]_(M 3, M 0)).

(* The labels that leave the residual E. *)
Definition labels_leaving : 'M[F]_(M 3, M 0) := chain (rectangular_identity F M) 0 3 *m 1%:M - E.

Lemma rectangular_identity_maximal L : maximal_ranks (rectangular_identity F M) L.
Proof.
move=> l _; rewrite /rectangular_identity -pid_mx_minh.
by rewrite rank_pid_mx ?geq_minl ?geq_minr // minnC.
Qed.

Lemma residual_leaving : residual 1%:M labels_leaving (rectangular_identity F M) = E.
Proof. by rewrite /residual /labels_leaving subKr. Qed.
End Labels.

(* 1-2-1-2: the residual (0, 1) vanishes on the image of W^3.                  *)
Definition widths_1212 := nth 0%N [:: 1; 2; 1; 2]%N.
(* 2-1-2-1: W^1 vanishes on the residual.                                      *)
Definition widths_2121 := nth 0%N [:: 2; 1; 2; 1]%N.

Section Instance1212.
Variable F : fieldType.
Notation M := widths_1212.
Notation W := (rectangular_identity F M).
Let E : 'M[F]_(M 3, M 0) := delta_mx ord_max 0.
Let Y := labels_leaving E.
Notation G := ((1%:M : 'M[F]_(M 0)) *m (residual 1%:M Y W)^T).

Lemma G_1212 : G = delta_mx 0 ord_max.
Proof. by rewrite mul1mx residual_leaving trmx_delta. Qed.

Lemma rank_G_1212 : \rank G = 1%N.
Proof. by rewrite G_1212 mxrank_delta. Qed.

Lemma G_W_1212 : G *m chain W 2 3 = 0.
Proof.
rewrite G_1212 chain_1; apply/matrixP => i j; rewrite !mxE big_ord_recl big_ord1 !mxE.
by rewrite (ord1 j) -!val_eqE /= andbF mul0r mulr0 addr0.
Qed.

Lemma qhat_1212 : qhat_of 3 M 1 1 = 1%N.
Proof. by rewrite /qhat_of /narrowest_hidden /= big_ltn // big_ltn // big_geq. Qed.

(* The first column, rank at most 1, and Theorem 5 says 2. *)
Lemma column_0_1212 : (\rank (functional_column W 1%:M Y ord0) <= 1)%N.
Proof.
have steps := @rank_functional_column_steps F M W 3 _ 1%:M Y ord0 2 2 isT isT.
apply: leq_trans (steps (@cut_hidden 3 ord0 2)) _.
have -> : above W 1%:M Y (ord0 : 'I_3) 2 = 0.
  by rewrite /above /= chain_id mul1mx G_W_1212 trmx0.
rewrite mxrank0 mul0n add0n /end_size /= rank_G_1212 mul1n.
exact: rank_leq_row.
Qed.

Definition middle_layer : 'I_3 := Ordinal (isT : 1 < 3)%N.

(* The second column, rank at most 1, and Theorem 5 says 2. *)
Lemma column_1_1212 : (\rank (functional_column W 1%:M Y middle_layer) <= 1)%N.
Proof.
have steps := @rank_functional_column_steps F M W 3 _ 1%:M Y middle_layer 3 0 isT isT.
apply: leq_trans (steps (@cut_joint 3 middle_layer)) _.
have -> : below W 1%:M Y middle_layer 0 = 0.
  by rewrite /below /= chain_id mul1mx G_W_1212.
rewrite mxrank0 muln0 addn0 /start_size /= muln1.
by apply: leq_trans (rank_above_L W 1%:M Y middle_layer) _; rewrite rank_G_1212.
Qed.
End Instance1212.

Section Instance2121.
Variable F : fieldType.
Notation M := widths_2121.
Notation W := (rectangular_identity F M).
Let E : 'M[F]_(M 3, M 0) := delta_mx 0 ord_max.
Let Y := labels_leaving E.
Notation G := ((1%:M : 'M[F]_(M 0)) *m (residual 1%:M Y W)^T).

Lemma G_2121 : G = delta_mx ord_max 0.
Proof. by rewrite mul1mx residual_leaving trmx_delta. Qed.

Lemma rank_G_2121 : \rank G = 1%N.
Proof. by rewrite G_2121 mxrank_delta. Qed.

Lemma W_G_2121 : chain W 0 1 *m G = 0.
Proof.
rewrite G_2121 chain_1; apply/matrixP => i j; rewrite !mxE big_ord_recl big_ord1 !mxE.
by rewrite (ord1 i) -!val_eqE /= mulr0 mul0r addr0.
Qed.

Lemma qhat_2121 : qhat_of 3 M 2 1 = 1%N.
Proof. by rewrite /qhat_of /narrowest_hidden /= big_ltn // big_ltn // big_geq. Qed.

(* The last column, rank at most 1, and Theorem 5 says 2. *)
Lemma column_2_2121 : (\rank (functional_column W 1%:M Y ord_max) <= 1)%N.
Proof.
have steps := @rank_functional_column_steps F M W 3 _ 1%:M Y ord_max 1 1 isT isT.
apply: leq_trans (steps (@cut_hidden 3 ord_max 1)) _.
have -> : below W 1%:M Y (ord_max : 'I_3) 1 = 0.
  by rewrite /below /= W_G_2121 mul0mx.
rewrite mxrank0 muln0 addn0 /start_size /= rank_G_2121 muln1.
exact: rank_leq_row.
Qed.
End Instance2121.

(* 2-1-1-2: W^1 vanishes on the residual, and the residual on the image of W^3. *)
Definition widths_2112 := nth 0%N [:: 2; 1; 1; 2]%N.

Section Instance2112.
Variable F : fieldType.
Notation M := widths_2112.
Notation W := (rectangular_identity F M).
Let E : 'M[F]_(M 3, M 0) := delta_mx ord_max ord_max.
Let Y := labels_leaving E.
Notation G := ((1%:M : 'M[F]_(M 0)) *m (residual 1%:M Y W)^T).

Lemma G_2112 : G = delta_mx ord_max ord_max.
Proof. by rewrite mul1mx residual_leaving trmx_delta. Qed.

Lemma rank_G_2112 : \rank G = 1%N.
Proof. by rewrite G_2112 mxrank_delta. Qed.

Lemma W_G_2112 : chain W 0 1 *m G = 0.
Proof.
rewrite G_2112 chain_1; apply/matrixP => i j; rewrite !mxE big_ord_recl big_ord1 !mxE.
by rewrite (ord1 i) -!val_eqE /= mulr0 mul0r addr0.
Qed.

Lemma G_W_2112 : G *m chain W 2 3 = 0.
Proof.
rewrite G_2112 chain_1; apply/matrixP => i j; rewrite !mxE big_ord_recl big_ord1 !mxE.
by rewrite (ord1 j) -!val_eqE /= andbF mul0r mulr0 addr0.
Qed.

Lemma qhat_2112 : qhat_of 3 M 2 1 = 1%N.
Proof. by rewrite /qhat_of /narrowest_hidden /= big_ltn // big_ltn // big_geq. Qed.

(* The second column is zero, and Theorem 5 says 1. *)
Lemma column_1_2112 : \rank (functional_column W 1%:M Y middle_layer) = 0%N.
Proof.
apply/eqP; rewrite -leqn0.
have steps := @rank_functional_column_steps F M W 3 _ 1%:M Y middle_layer 3 0 isT isT.
apply: leq_trans (steps (@cut_joint 3 middle_layer)) _.
have -> : below W 1%:M Y middle_layer 0 = 0.
  by rewrite /below /= chain_id mul1mx G_W_2112.
have -> : above W 1%:M Y middle_layer 3 = 0.
  by rewrite /above /= W_G_2112 mul0mx trmx0.
by rewrite !mxrank0 muln0.
Qed.
End Instance2112.

Lemma le1_neq2 n : (n <= 1)%N -> n%:Z <> 2%:Z.
Proof. by move=> n1 [E]; move: n1; rewrite E. Qed.
