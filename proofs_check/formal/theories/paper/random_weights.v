From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss hessian formulas derivative degree.
From Hessproof Require Import generic schwartz_zippel generic_hessian.
From Hessproof.paper Require Import fact7.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Random weights. Draw each of the p weights from the same s values, independently and         *)
(* uniformly. Let rho be the rank of the Hessian at any one network of these widths. Then it    *)
(* has rank rho or more with probability 1 - rho (2L - 2) / s or more: its entries have degree  *)
(* 2L - 2 at most, its minors of order rho have degree rho (2L - 2), and Schwartz and Zippel    *)
(* count their zeros. Probabilities are counts: f runs through the s^p choices of one value for *)
(* each weight.                                                                                 *)

Section Box.
Variables (F : fieldType) (s : nat) (x : 'I_s -> F).
Hypothesis x_inj : injective x.

(* The point with the chosen values for coordinates. *)
Definition point n (f : {ffun 'I_n -> 'I_s}) : 'rV[F]_n := \row_i x (f i).

(* A matrix A of polynomials of degree d at most, over any field, and rho its rank at one point:  *)
(* at a point drawn uniformly from the s^n points of a box the rank is below rho with probability *)
(* rho d / s at most.                                                                             *)
Theorem rank_in_box n a b (A : 'M[{mpoly F[n]}]_(a, b)) d w0 : entries_msize A d.+1 ->
  (#|[set f : {ffun 'I_n -> 'I_s} | \rank (matrix_at A (point f)) < \rank (matrix_at A w0)]| * s
   <= \rank (matrix_at A w0) * d * s ^ n)%N.
Proof.
set rho := \rank (matrix_at A w0); move=> Ad.
have [K [Q KQ]] := minor_of_rank A w0; set p := minor A K Q in KQ.
have p0 : p != 0 by apply: contraNneq KQ => ->; rewrite meval0.
have deg : ((msize p).-1 <= rho * d)%N.
  rewrite -ltnS prednK ?lt0n ?msize_poly_eq0 //; apply: msize_det.
  have := entries_mul (entries_mul (entries_const n K) Ad) (entries_const n Q).
  by rewrite add1n addn1.
apply: leq_trans (leq_trans (schwartz_zippel x_inj p0) (leq_mul deg (leqnn _))).
rewrite leq_mul2r subset_leq_card ?orbT //; apply/subsetP => f; rewrite !inE; apply: contraLR.
rewrite -leqNgt => pf; apply: (rank_minor (K := K) (Q := Q)); rewrite -/p.
by rewrite (meval_eq (v2 := fun i => x (f i))) // => i; rewrite mxE.
Qed.

Variables (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation np := (\sum_(l < L) layer_size M l)%N.
Hypothesis L0 : (0 < L)%N.

(* The Hessian of the loss, for all data over any field, a finite one included: if it has rank   *)
(* rho at some weights, its rank at weights drawn uniformly from s values each is below rho with *)
(* probability rho (2L - 2) / s at most.                                                         *)
Theorem random_loss_hessian (W0 : forall l, 'M[F]_(M l.+1, M l)) rho :
    \rank (loss_hessian W0 X Y) = rho ->
  (#|[set f : {ffun 'I_np -> 'I_s} | \rank (loss_hessian (direction (point f)) X Y) < rho]| * s
   <= rho * (2 * L - 2) * s ^ np)%N.
Proof.
have [w0 w0E] := direction_surj L W0; rewrite -(loss_hessian_local w0E) => <-.
pose A := \matrix_(i, j) generic_hessian (@no_origin F M) (@unit_direction F M L) X Y i j.
have AE w : matrix_at A w = loss_hessian (direction w) X Y.
  by apply/matrixP => i j; rewrite -loss_hessian_at !mxE.
have := @rank_in_box _ _ _ A (2 * L - 2) w0; rewrite !AE => count.
apply: leq_trans (count _); last by move=> i j; rewrite mxE; apply: msize_generic_hessian.
by rewrite leq_mul2r subset_leq_card ?orbT //; apply/subsetP => f; rewrite !inE AE.
Qed.
End Box.

(* Fact 7 for weights drawn uniformly from s values each: over an ordered field, for every data *)
(* set, the Hessian of the loss has another rank than rho = 2 q M - L q^2 + q (r + K) with      *)
(* probability rho (2L - 2) / s at most.                                                        *)
Theorem fact7_random (F : realFieldType) (s : nat) (x : 'I_s -> F) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) : injective x -> (0 < L)%N ->
  (#|[set f : {ffun 'I_(\sum_(l < L) layer_size M l) -> 'I_s}
      | (\rank (loss_hessian (direction (point x f)) X Y))%:Z != fact7 L M (\rank X)]| * s)%:Z
  <= fact7 L M (\rank X) * ((2 * L - 2) * s ^ (\sum_(l < L) layer_size M l))%:Z.
Proof.
move=> x_inj L0; have [W0 rankW0] := fact7_attained X Y L0.
rewrite -rankW0 -PoszM lez_nat mulnA.
apply: leq_trans (random_loss_hessian x_inj L0 (erefl (\rank (loss_hessian W0 X Y)))).
rewrite leq_mul2r subset_leq_card ?orbT //; apply/subsetP => f; rewrite !inE eqz_nat => neq.
by rewrite ltn_neqAle neq -lez_nat rankW0 fact7_upper_bound.
Qed.
