From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Almost all points. A property of the points w of F^n holds for almost all w     *)
(* if one nonzero polynomial p in n variables has it wherever p(w) <> 0.           *)
(*  - Two such statements hold together: multiply the polynomials.                 *)
(*  - The exceptional set is small: every box S^n of a set S of at least deg p + 1 *)
(*    values has a point outside of it, so over an infinite field it is never      *)
(*    everything.                                                                  *)
(*  - The rank of a matrix of polynomials is almost everywhere at least its rank   *)
(*    at any one point, so a bound that one point attains is attained by almost    *)
(*    all.                                                                         *)

(* The value of p at the row vector w. *)
Notation "p .[: w ]" := (p.@[fun i => (w : 'rV__) 0 i])
  (at level 2, left associativity, format "p .[:  w ]") : ring_scope.

(* P holds for almost all points of F^n. *)
Definition almost_all (F : fieldType) (n : nat) (P : 'rV[F]_n -> Prop) : Prop :=
  exists2 p : {mpoly F[n]}, p != 0 & forall w, p.[: w] != 0 -> P w.

Section AlmostAll.
Variables (F : fieldType) (n : nat).
Implicit Types P Q : 'rV[F]_n -> Prop.

Lemma almost_all_imp P Q : (forall w, P w -> Q w) -> almost_all P -> almost_all Q.
Proof. by move=> PQ [p p0 pP]; exists p => // w /pP /PQ. Qed.

(* Two statements for almost all points: both for almost all points. *)
Lemma almost_all_and P Q : almost_all P -> almost_all Q -> almost_all (fun w => P w /\ Q w).
Proof.
case=> p p0 pP [q q0 qQ]; exists (p * q); first exact: mulf_neq0.
by move=> w; rewrite mevalM mulf_eq0 negb_or => /andP[/pP ? /qQ ?].
Qed.
End AlmostAll.

(* A matrix of polynomials: its rank at w0 is a lower bound almost everywhere. The   *)
(* polynomial is a minor that does not vanish at w0, of the order of the rank at w0. *)
Section Rank.
Variables (F : fieldType) (n a b : nat) (A : 'M[{mpoly F[n]}]_(a, b)).
Implicit Types w : 'rV[F]_n.

(* The matrix at the point w. *)
Definition matrix_at w : 'M[F]_(a, b) := \matrix_(i, j) (A i j).[: w].

Lemma matrix_atE w : matrix_at w = map_mx (meval (w 0)) A.
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

(* A linear combination of minors. *)
Definition minor r (K : 'M[F]_(r, a)) (Q : 'M[F]_(b, r)) : {mpoly F[n]} :=
  \det (map_mx (@mpolyC n F) K *m A *m map_mx (@mpolyC n F) Q).

Lemma minor_at r K Q w : (@minor r K Q).[: w] = \det (K *m matrix_at w *m Q).
Proof.
have const c d (B : 'M[F]_(c, d)) : map_mx (meval (w 0)) (map_mx (@mpolyC n F) B) = B.
  by apply/matrixP => i j; rewrite !mxE mevalC.
by rewrite matrix_atE -[X in \det (X *m _ *m _)]const -[X in \det (_ *m X)]const
           -!map_mxM det_map_mx.
Qed.

(* Where it does not vanish, the rank is its order at least. *)
Lemma rank_minor r K Q w : (@minor r K Q).[: w] != 0 -> (r <= \rank (matrix_at w))%N.
Proof.
rewrite minor_at -unitfE -unitmxE => /mxrank_unit rE; rewrite -[X in (X <= _)%N]rE.
by apply: leq_trans (mxrankM_maxl _ _) _; apply: mxrankM_maxr.
Qed.

Theorem minor_of_rank w0 : exists K Q, (@minor (\rank (matrix_at w0)) K Q).[: w0] != 0.
Proof.
set A0 := matrix_at w0; set r := \rank A0.
(* K A0 Q = 1 of order r *)
pose K : 'M[F]_(r, a) := pid_mx r *m invmx (col_ebase A0).
pose Q : 'M[F]_(b, r) := invmx (row_ebase A0) *m pid_mx r.
exists K, Q; rewrite minor_at -/A0 -[A0 in X in _ *m X *m _]mulmx_ebase -/r.
have -> : K *m (col_ebase A0 *m pid_mx r *m row_ebase A0) *m Q = 1%:M; last first.
  by rewrite det1 oner_neq0.
rewrite /K /Q !mulmxA mulmxKV ?col_ebase_unit // mulmxK ?row_ebase_unit //.
by rewrite !pid_mx_id ?rank_leq_row ?rank_leq_col // pid_mx_1.
Qed.

(* The same as a statement about almost all points. *)
Corollary rank_almost_all w0 :
  almost_all (fun w => \rank (matrix_at w0) <= \rank (matrix_at w))%N.
Proof.
have [K [Q KQ]] := minor_of_rank w0; exists (minor K Q); last exact: rank_minor.
by apply: contraNneq KQ => ->; rewrite meval0.
Qed.
End Rank.

(* A family of matrices whose entries are polynomials in the point. *)
Definition polynomial_family (F : fieldType) n a b (f : 'rV[F]_n -> 'M[F]_(a, b)) : Prop :=
  exists A : 'M[{mpoly F[n]}]_(a, b), forall w, f w = matrix_at A w.

Section Families.
Variables (F : fieldType) (n a b : nat) (f : 'rV[F]_n -> 'M[F]_(a, b)).
Hypothesis polyf : polynomial_family f.

Theorem rank_generic w0 : almost_all (fun w => \rank (f w0) <= \rank (f w))%N.
Proof.
case: polyf => A fA; apply: almost_all_imp (rank_almost_all A w0) => w.
by rewrite -!fA.
Qed.
End Families.

Lemma polynomial_add (F : fieldType) n a b (f g : 'rV[F]_n -> 'M[F]_(a, b)) :
  polynomial_family f -> polynomial_family g -> polynomial_family (fun w => f w + g w)%R.
Proof.
case=> A fA [B gB]; exists (A + B)%R => w.
by rewrite fA gB; apply/matrixP => i j; rewrite !mxE mevalD.
Qed.
