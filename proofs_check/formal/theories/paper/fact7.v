From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian upper_bound rectangular_identities every_data_set.
From Hessproof Require Import int_ring formulas narrowest.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Fact 7: the rank of the Hessian H_L of the square loss of a deep linear   *)
(* network is 2 q M - L q^2 + q (r + K), where r is the rank of the data, K the output width, M *)
(* the sum of the hidden widths and q = min(r, M_1, ..., M_(L-1), K). Here: no weights have a   *)
(* larger rank, on any data, over any field; and over an ordered field every data set X, Y has  *)
(* weights with that very rank. (That almost all weights have it is in almost_all.v.)           *)

(* The formula, with what it subtracts on the other side. *)
Lemma fact7E L M r :
  fact7 L M r + (L * (q_of L M r * q_of L M r))%:Z
  = (2 * q_of L M r * hidden_total L M + q_of L M r * (r + M L))%:Z.
Proof. rewrite /fact7 !(PoszM, PoszD); int_ring. Qed.

(* A network of one layer: q = min(r, K), and the rank is r K. *)
Lemma fact7_one_layer M r : (r <= M 0)%N -> fact7 1 M r = (M 1%N)%:Z * r%:Z.
Proof.
move=> r0; apply: (addIr (1 * (q_of 1 M r * q_of 1 M r))%:Z); rewrite fact7E.
rewrite /hidden_total big_geq // muln0 add0n mul1n -PoszM -PoszD q_of_one_layer // mulnDr.
by case: leqP => // _; rewrite addnC [(r * M 1)%N]mulnC.
Qed.

(* A layer without neurons: q = 0, and so is the rank that Fact 7 says. *)
Lemma fact7_no_neurons L M r l : (0 < l <= L)%N -> M l = 0%N -> fact7 L M r = 0.
Proof.
move=> lL l0; have /eqP q0 : q_of L M r == 0%N by rewrite -leqn0 -l0 q_of_le_width.
by have := fact7E L M r; rewrite q0 !muln0 addr0.
Qed.

Section AnyField.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

(* Fact 7, upper bound: for all weights and all data, over any field, and for any number of      *)
(* layers of any widths, zero included, the Hessian of the loss has rank at most 2 q M - L q^2 + *)
(* q (r + K).                                                                                    *)
Theorem fact7_upper_bound : (\rank (loss_hessian W X Y))%:Z <= fact7 L M (\rank X).
Proof.
rewrite -(ler_add2r (L * (q_of L M (\rank X) * q_of L M (\rank X)))%:Z) fact7E -PoszD lez_nat.
case: L Y => [|L'] Y'; first by rewrite (leq_trans (leq_add (rank_leq_row _) (leqnn _))) ?big_ord0.
apply: rank_loss_hessian_data => [|l l0 lL|]; first exact: q_of_le_rank.
  by rewrite q_of_le_width ?l0.
exact: q_of_attained.
Qed.
End AnyField.

(* Fact 7, attained: over an ordered field every data set X, Y has weights at which the Hessian *)
(* of the loss has rank 2 q M - L q^2 + q (r + K).                                              *)
Theorem fact7_attained (F : realFieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) : (0 < L)%N ->
  exists W : forall i, 'M[F]_(M i.+1, M i), (\rank (loss_hessian W X Y))%:Z = fact7 L M (\rank X).
Proof.
case: L Y => // L' Y' _.
have [|l l0 lL||W rkW] := @rank_loss_hessian_data_attained F M L' N (q_of L'.+1 M (\rank X)) X Y'.
- exact: q_of_le_rank.
- by rewrite q_of_le_width ?l0.
- exact: q_of_attained.
exists W; apply: (addIr (L'.+1 * (q_of L'.+1 M (\rank X) * q_of L'.+1 M (\rank X)))%:Z).
by rewrite fact7E -PoszD rkW.
Qed.

(* Fact 7, attained over any field in which 2L - 1 is not zero, if the inputs are the unit *)
(* vectors and the labels zero: at the weights that are rectangular identities.            *)
Theorem fact7_attained_any_field (F : fieldType) (M : nat -> nat) (L : nat) :
    (0 < L)%N -> (2 * L).-1%:R != 0 :> F ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N)),
    \rank X = M 0%N /\ (\rank (loss_hessian W X (0 : 'M_(M L, M 0%N))))%:Z = fact7 L M (M 0%N).
Proof.
move=> L0 c; have [s sL qE] : exists2 s, (s <= L)%N & q_of L M (M 0%N) = M s.
  by have [->|[s /andP[_ sL] ->]] := q_of_attained M (M 0%N) L0; [exists 0%N | exists s].
have qm l : (l <= L)%N -> (M s <= M l)%N by move=> lL; rewrite -qE q_of_le_widths.
have rkW := @rank_loss_hessian_id F M L s L0 sL qm c.
exists (rectangular_identity F M), 1%:M; rewrite mxrank1; split=> //.
apply: (addIr (L * (q_of L M (M 0%N) * q_of L M (M 0%N)))%:Z).
by rewrite fact7E qE -PoszD rkW.
Qed.
