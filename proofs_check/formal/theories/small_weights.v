From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain tensor_flag outer_rank maximal_weights formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The smallest networks all of whose weights have maximal rank while the     *)
(* product of two of them, [0 1] [1; 0], vanishes.                            *)
Section SmallWeights.
Variable F : fieldType.

(* Three layers of widths 1, 2, 1, 2: the weights [1; 0], [0 1], [1; 0]. *)
Definition widths1212 (i : nat) : nat := nth 1%N [:: 1; 2; 1; 2]%N i.

Definition weights1212 (i : nat) : 'M[F]_(widths1212 i.+1, widths1212 i) :=
  match i return 'M[F]_(widths1212 i.+1, widths1212 i) with
  | 0%N => (delta_mx 0 0 : 'M_(2, 1))
  | 1%N => (delta_mx 0 1 : 'M_(1, 2))
  | 2%N => (delta_mx 0 0 : 'M_(2, 1))
  | _ => 0
  end.

Lemma maximal1212 : maximal_ranks weights1212 3.
Proof. by do 3?case=> //; rewrite mxrank_delta. Qed.

Lemma product1212 : chain weights1212 0 2 = 0.
Proof.
rewrite chain_S // chain_1; apply: (@mul_delta_mx_0 _ 1 2 1) => //.
Qed.

Lemma q1212 : q_of 3 widths1212 1 = 1%N.
Proof. by rewrite /q_of /narrowest_hidden /= big_ltn // big_ltn // big_geq. Qed.

Lemma rank_A_o_1212 : (\rank (A_o weights1212 3))%:Z = 1.
Proof.
set W := weights1212.
have b2 : \rank (chain W 0 2) = 0%N by rewrite product1212 mxrank0.
have a1 : \rank (chain W 1 3) = 1%N.
  by rewrite chain_S // chain_1 (@mul_delta_mx _ 2 1 2) mxrank_delta.
rewrite rank_A_o -[a_o_chain _ _ _]/(jacobian_chain 3 _ _) jacobian_chainE.
do 2!rewrite tensor_flagS //; rewrite tensor_flag1 /= a1 b2 !chain_1 !maximal1212 //.
by rewrite !chain_id !mxrank1.
Qed.

(* Four layers of widths 1, 1, 2, 1, 1: the weights [1], [1; 0], [0 1], [1]. *)
Definition widths11211 (i : nat) : nat := nth 1%N [:: 1; 1; 2; 1; 1]%N i.

Definition weights11211 (i : nat) : 'M[F]_(widths11211 i.+1, widths11211 i) :=
  match i return 'M[F]_(widths11211 i.+1, widths11211 i) with
  | 0%N => (delta_mx 0 0 : 'M_(1, 1))
  | 1%N => (delta_mx 0 0 : 'M_(2, 1))
  | 2%N => (delta_mx 0 1 : 'M_(1, 2))
  | 3%N => (delta_mx 0 0 : 'M_(1, 1))
  | _ => 0
  end.

Lemma maximal11211 : maximal_ranks weights11211 4.
Proof. by do 4?case=> //; rewrite mxrank_delta. Qed.

Lemma product11211 : chain weights11211 1 3 = 0.
Proof.
rewrite chain_S // chain_1; apply: (@mul_delta_mx_0 _ 1 2 1) => //.
Qed.
End SmallWeights.
