From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import int_ring telescoping chain loss hessian formulas narrowest.
From Hessproof.paper Require Import fact7.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Sec. 4.4: the number of parameters less the rank of Fact 7 is the sum over *)
(* the layers of (M_i - q)(M_(i+1) - q), if the data has full rank, r = d. For other data       *)
(* q (d - r) is to be added.                                                                    *)

(* p, the number of parameters *)
Definition parameters (L : nat) (M : nat -> nat) : nat := (\sum_(l < L) M l.+1 * M l)%N.

(* The number p of parameters less Fact 7's rank is sum_i (M_i - q)(M_(i+1) - q) + q (d - r), for *)
(* every rank r of the data and L >= 1 layers. (For L = 0 the left side is -2 q d if r = d, the   *)
(* right side 0.)                                                                                 *)
Theorem deficiency_identity L M r : (0 < L)%N ->
  (parameters L M)%:Z - fact7 L M r
  = deficiency L M r + (q_of L M r)%:Z * ((M 0%N)%:Z - r%:Z).
Proof.
move=> L0; set q := q_of L M r; set A := Posz (parameters L M).
have AE : A = \sum_(0 <= i < L) (M i)%:Z * (M i.+1)%:Z.
  rewrite /A /parameters big_mkord (big_morph Posz PoszD (erefl _)).
  by apply: eq_bigr => i _; rewrite -PoszM mulnC.
have -> : deficiency L M r = \sum_(0 <= i < L) ((M i)%:Z - q%:Z) * ((M i.+1)%:Z - q%:Z).
  by apply: eq_bigr => i _; rewrite addn1 mulrC.
have TE : (hidden_total L M)%:Z = \sum_(1 <= i < L) (M i)%:Z.
  exact: (big_morph Posz PoszD (erefl _)).
rewrite -telescoping_int // -AE.
rewrite /fact7 TE -/q; int_ring.
Qed.

(* For data of full rank, r = d, the number p of parameters less Fact 7's rank is sum_i (M_i - *)
(* q)(M_(i+1) - q), the deficiency that the paper gives.                                       *)
Corollary deficiency_full_rank L M : (0 < L)%N ->
  (parameters L M)%:Z - fact7 L M (M 0%N) = deficiency L M (M 0%N).
Proof. by move=> L0; rewrite deficiency_identity // subrr mulr0 addr0. Qed.

(* No weights have a smaller deficiency p - rk H_L than the formula says, with q (d - r) added: *)
(* for all data, over any field.                                                                *)
Theorem deficiency_bound (F : fieldType) (M : nat -> nat) (L N : nat)
    (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) :
    (0 < L)%N ->
  deficiency L M (\rank X) + (q_of L M (\rank X))%:Z * ((M 0%N)%:Z - (\rank X)%:Z)
  <= (parameters L M)%:Z - (\rank (loss_hessian W X Y))%:Z.
Proof. by move=> L0; rewrite -deficiency_identity // ler_add2l ler_opp2 fact7_upper_bound. Qed.

(* Over an ordered field every data set of full rank, r = d, has weights at which the deficiency *)
(* p - rk H_L is that of the paper.                                                              *)
Theorem deficiency_attained (F : realFieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) : (0 < L)%N -> \rank X = M 0%N ->
  exists W : forall i, 'M[F]_(M i.+1, M i),
    (parameters L M)%:Z - (\rank (loss_hessian W X Y))%:Z = deficiency L M (M 0%N).
Proof.
move=> L0 rX; have [W rkW] := fact7_attained X Y L0.
by exists W; rewrite rkW rX deficiency_full_rank.
Qed.
