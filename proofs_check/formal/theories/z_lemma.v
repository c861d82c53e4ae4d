From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The Z-matrix lemma (Singh et al. 2021, Lemma 1, after Chuai and Tian):     *)
(*   Z = [1_q (x) C; D (x) 1_n] has rank q rk C + n rk D - rk C rk D,         *)
(* over any field; and D (x) 1 and 1 (x) C meet in D (x) C.                   *)
Section ZMatrix.
Variable F : fieldType.

Variables (m n p q : nat) (C : 'M[F]_(m, n)) (D : 'M[F]_(p, q)).

(* Z = [1_q (x) C; D (x) 1_n]. *)
Definition z_matrix : 'M[F]_(q * m + p * n, q * n) :=
  col_mx ((1%:M : 'M_q) *t C) (D *t (1%:M : 'M_n)).

(* Multiply by 1 (x) coker C: what the product kills in the row space of Z is *)
(* 1 (x) C, of rank q rk C, and what is left is D (x) coker C.                *)
Lemma rank_z_matrix_split :
  \rank z_matrix = (q * \rank C + \rank D * (n - \rank C))%N.
Proof.
rewrite -(mxrank_mul_ker z_matrix (1%:M *t cokermx C)) addnC.
rewrite /z_matrix mul_col_mx !tensmx_mul mulmx_coker tensmx0 mulmx1 mul1mx.
rewrite rank_col_0mx mxrank_tens mxrank_coker; congr (_ + _)%N.
have sC : ((1%:M : 'M_q) *t C <= z_matrix)%MS.
  by rewrite -addsmxE addsmxSl.
rewrite (cap_eqmx (eqmx_refl _) (kermx_tens1_coker q C)).
by rewrite (capmx_idPr sC) mxrank_tens mxrank1.
Qed.

(* Lemma 1, with what it subtracts on the other side. *)
Theorem rank_z_matrix :
  (\rank z_matrix + \rank C * \rank D = q * \rank C + n * \rank D)%N.
Proof.
rewrite rank_z_matrix_split -addnA [(\rank C * _)%N]mulnC -mulnDr.
by rewrite subnK ?rank_leq_col // [(n * _)%N]mulnC.
Qed.

End ZMatrix.

(* The row spaces of D (x) 1 and of 1 (x) C meet in that of D (x) C, which    *)
(* lies in both: count the dimensions by the lemma.                           *)
Section Cap.
Variable F : fieldType.

Lemma cap_tens m n p q (D : 'M[F]_(p, q)) (C : 'M[F]_(m, n)) :
  (D *t (1%:M : 'M_n) :&: (1%:M : 'M_q) *t C :=: D *t C)%MS.
Proof.
apply/eqmx_sym/eqmxP.
have sub : (D *t C <= D *t (1%:M : 'M_n) :&: (1%:M : 'M_q) *t C)%MS.
  by rewrite sub_capmx !submx_tens ?submx1.
have eZ : \rank (z_matrix C D) = \rank (D *t (1%:M : 'M_n) + (1%:M : 'M_q) *t C)%MS.
  by rewrite addsmxC addsmxE.
rewrite -(mxrank_leqif_eq sub) -(eqn_add2l (\rank (z_matrix C D))) {2}eZ.
rewrite mxrank_sum_cap !mxrank_tens !mxrank1 [(\rank D * \rank C)%N]mulnC.
by rewrite rank_z_matrix addnC [(n * _)%N]mulnC.
Qed.
End Cap.
