From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The identity behind Fact 7 and the deficiency (Singh et al. 2021, Sec. 4.4): for L >= 1 layers *)
(* of widths M 0, ..., M L the number of parameters, sum_i M_i M_(i+1), less                      *)
(* 2 q (M_1 + ... + M_(L-1)) - L q^2 + q (M_0 + M_L) is sum_i (M_i - q)(M_(i+1) - q). Over any    *)
(* commutative ring first, then for natural numbers.                                              *)

Section Ring.
Variable R : comRingType.

Lemma sum_ends (M : nat -> R) L : (0 < L)%N ->
  \sum_(0 <= i < L) M i + \sum_(0 <= i < L) M i.+1
  = (\sum_(1 <= i < L) M i) *+ 2 + (M 0%N + M L).
Proof.
case: L => // L _.
rewrite big_nat_recl // big_nat_recr //= mulr2n.
rewrite (big_add1 _ _ 0%N L.+1 predT M) /=.
set S := \sum_(0 <= i < L) M i.+1.
by rewrite [M 0%N + S]addrC addrACA.
Qed.

(* The identity over a commutative ring, for any q. *)
Theorem telescoping (M : nat -> R) (q : R) L : (0 < L)%N ->
  (\sum_(0 <= i < L) (M i * M i.+1))
    - ((q * (\sum_(1 <= i < L) M i)) *+ 2 - q ^+ 2 *+ L + q * (M 0%N + M L))
  = \sum_(0 <= i < L) (M i - q) * (M i.+1 - q).
Proof.
move=> L0.
have E i : (M i - q) * (M i.+1 - q) = M i * M i.+1 - q * (M i + M i.+1) + q ^+ 2.
  rewrite mulrBl !mulrBr expr2 mulrDr opprB [M i * q]mulrC opprD !addrA.
  by rewrite [in LHS]addrAC.
rewrite (eq_bigr _ (fun i _ => E i)) !big_split /= sumrN -mulr_sumr big_split /=.
rewrite sum_ends // sumr_const_nat subn0 [in RHS]mulrDr mulrnAr.
by rewrite [(q * _) *+ 2 - _ + _]addrAC opprB addrA [in LHS]addrAC.
Qed.
End Ring.

(* The identity for integers. *)
Corollary telescoping_int (M : nat -> int) (q : int) L : (0 < L)%N ->
  (\sum_(0 <= i < L) (M i * M i.+1))
    - (2%:Z * q * (\sum_(1 <= i < L) M i) - L%:Z * q ^+ 2 + q * (M 0%N + M L))
  = \sum_(0 <= i < L) (M i - q) * (M i.+1 - q).
Proof.
by move=> L0; rewrite -(telescoping M q L0) -mulrA -[2%:Z]natz -[L%:Z]natz !mulr_natl.
Qed.

(* Natural-number form, when q is at most every width. *)
Lemma telescoping_step (q a b : nat) : (q <= a)%N -> (q <= b)%N ->
  ((b - q) * (a - q) + (q * a + q * b) = b * a + q * q)%N.
Proof.
move=> /subnK {2 3}<- /subnK {2 3}<-.
move: (a - q)%N (b - q)%N => x y; rewrite !mulnDl !mulnDr [(q * y)%N]mulnC.
by rewrite [LHS](AC (1*(2*2)) (1*4*(2*3)*5)).
Qed.

Theorem telescoping_nat (M : nat -> nat) (q L : nat) : (0 < L)%N ->
    (forall l, (l <= L)%N -> (q <= M l)%N) ->
  ((\sum_(l < L) (M l.+1 - q) * (M l - q))
     + (2 * q * (\sum_(1 <= l < L) M l) + q * (M 0 + M L))
   = (\sum_(l < L) M l.+1 * M l) + L * (q * q))%N.
Proof.
move=> L0 qm.
have -> : (L * (q * q) = \sum_(l < L) q * q)%N by rewrite sum_nat_const card_ord.
rewrite -big_split /=.
under [in RHS]eq_bigr => l _ do
  rewrite -telescoping_step ?(qm _ (ltn_ord l)) ?(qm _ (ltnW (ltn_ord l))) //.
rewrite !big_split /= -!big_distrr /=; congr (_ + _)%N.
rewrite -mulnDr [(2 * q)%N]mulnC -mulnA -mulnDr; congr (_ * _)%N.
case: L L0 {qm} => // L _; rewrite big_ord_recl [X in (_ = _ + X)%N]big_ord_recr /=.
rewrite big_add1 big_mkord mul2n -addnn [(M 0 + _)%N in RHS]addnC addnACA.
by [].
Qed.
