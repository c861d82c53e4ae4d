From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import z_lemma formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Lemma 1 (after Chuai and Tian): the matrix              *)
(*   Z = [1_q (x) C; D (x) 1_n],  C of size m x n and D of size p x q,        *)
(* has rank q rk C + n rk D - rk C rk D.                                      *)

(* Lemma 1: rk [1_q (x) C; D (x) 1_n] = q rk C + n rk D - rk C rk D, for all matrices C with n *)
(* columns and D with q columns, empty ones included, over any field.                          *)
Theorem lemma1_rank (F : fieldType) (m n p q : nat) (C : 'M[F]_(m, n)) (D : 'M[F]_(p, q)) :
  (\rank (z_matrix C D))%:Z = lemma1 n q (\rank C) (\rank D).
Proof.
rewrite /lemma1 -!PoszM -PoszD [(\rank C * q)%N]mulnC [(\rank D * n)%N]mulnC.
by rewrite -rank_z_matrix PoszD addrK.
Qed.
