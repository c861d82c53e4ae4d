From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker form_matrix chain loss hessian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* A network with biases: x |-> W_l x + b_l. With (x, 1) for x it is the       *)
(* network without bias whose weights are T_l = [W_l b_l; 0 1], of widths      *)
(* M_l + 1, differentiated in the directions [dW_l db_l; 0 0] only.            *)
Definition augmented_widths (M : nat -> nat) (i : nat) : nat := (M i + 1)%N.

Section Bias.
Variables (R : comRingType) (M : nat -> nat).
Notation aM := (augmented_widths M).

(* T_l *)
Definition affine (W : forall i, 'M[R]_(M i.+1, M i)) (b : forall i, 'cV[R]_(M i.+1)) (i : nat)
    : 'M[R]_(aM i.+1, aM i) := block_mx (W i) (b i) 0 1%:M.

(* [dW_l db_l] as a direction of T *)
Definition embedded (U : forall i, 'M[R]_(M i.+1, aM i)) (i : nat)
    : 'M[R]_(aM i.+1, aM i) := col_mx (U i) 0.

(* (x, 1), sample by sample *)
Definition augmented a N (X : 'M[R]_(a, N)) : 'M[R]_(a + 1, N) := col_mx X (const_mx 1).

Variables (W : forall i, 'M[R]_(M i.+1, M i)) (b : forall i, 'cV[R]_(M i.+1)).
Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).
Implicit Types U V : forall i, 'M[R]_(M i.+1, aM i).

(* The second differential of the half-square loss in weights and biases. *)
Definition biased_form U V : R :=
  hessian_form (affine W b) (augmented X : 'M_(aM 0%N, N)) (augmented Y : 'M_(aM L, N))
    (embedded U) (embedded V).
End Bias.

Section BiasedHessian.
Variables (F : fieldType) (M : nat -> nat) (L : nat).
Notation aM := (augmented_widths M).

(* The number of weights and biases of a layer. *)
Definition biased_size (l : 'I_L) := (M l.+1 * aM l)%N.
Notation np := (\sum_(l < L) biased_size l)%N.

(* A parameter row vector as a family of directions [dW_l db_l].                  *)
Definition biased_direction (u : 'rV[F]_np) (l : nat) : 'M[F]_(M l.+1, aM l) :=
  match @eqP _ (l < L)%N true with
  | ReflectT h => @unvec F (M l.+1) (aM l) (submxrow u (Ordinal h))
  | ReflectF _ => 0
  end.

Lemma biased_directionE u (l : 'I_L) :
  biased_direction u l = @unvec F (M l.+1) (aM l) (submxrow u l).
Proof.
case: l => l h; rewrite /biased_direction; case: eqP => // h'.
by rewrite (bool_irrelevance h h').
Qed.

Lemma biased_direction_surj (U : forall i, 'M[F]_(M i.+1, aM i)) :
  exists u, forall l, (l < L)%N -> biased_direction u l = U l.
Proof.
exists (\mxrow_(l < L) (vec (U l) : 'rV_(biased_size l))) => l lL.
by rewrite (biased_directionE _ (Ordinal lL)) mxrowK vecK.
Qed.

Lemma biased_direction_lin c u v l :
  biased_direction (c *: u + v) l = c *: biased_direction u l + biased_direction v l.
Proof.
rewrite /biased_direction; case: eqP => [h|_]; last by rewrite scaler0 addr0.
by rewrite -unvecP; congr unvec; apply/rowP => i; rewrite !mxE.
Qed.

End BiasedHessian.

(* The Hessian in the parameters (weights and biases), the Hessian of the      *)
(* squared network (outer part), and the part that sees the residual.          *)
Section BiasedForms.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation aM := (augmented_widths M).
Notation np := (\sum_(l < L) biased_size M l)%N.
Implicit Types U V : forall i, 'M[F]_(M i.+1, aM i).

(* H_L with bias: N times the Hessian of the mean loss, its variables layer by layer the rows of *)
(* [W_l b_l].                                                                                     *)
Definition biased_hessian : 'M[F]_np :=
  form_matrix (@biased_direction F M L) (biased_form W b X Y).

(* Its two parts: first derivatives of the network times each other, and second derivatives times *)
(* the residual.                                                                                  *)
Definition biased_outer_form U V : F :=
  @outer_form F aM (affine W b) L N (augmented X : 'M_(aM 0%N, N)) (embedded U) (embedded V).
Definition biased_functional_form U V : F :=
  functional_form (affine W b) (augmented X : 'M_(aM 0%N, N)) (augmented Y : 'M_(aM L, N))
    (embedded U) (embedded V).

(* H_o and H_f with bias. *)
Definition biased_outer_hessian : 'M[F]_np :=
  form_matrix (@biased_direction F M L) biased_outer_form.
Definition biased_functional_hessian : 'M[F]_np :=
  form_matrix (@biased_direction F M L) biased_functional_form.

(* H_L = H_o + H_f with bias. *)
Theorem biased_gauss_newton :
  biased_hessian = (biased_outer_hessian + biased_functional_hessian)%R.
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma embedded_lin c U1 U2 U3 : (forall l, U3 l = c *: U1 l + U2 l) ->
  forall l, embedded U3 l = c *: embedded U1 l + embedded U2 l.
Proof. by move=> lin l; rewrite /embedded lin scale_col_mx add_col_mx scaler0 addr0. Qed.

Lemma biased_form_sym U V : biased_form W b X Y U V = biased_form W b X Y V U.
Proof. exact: hessian_form_sym. Qed.

Lemma biased_form_lin c (u v : 'rV_np) U :
  biased_form W b X Y (biased_direction (c *: u + v)) U
  = c * biased_form W b X Y (biased_direction u) U + biased_form W b X Y (biased_direction v) U.
Proof.
apply: hessian_form_lin; apply: embedded_lin => l; exact: biased_direction_lin.
Qed.

Lemma biased_form_lin_r c (u v : 'rV_np) U :
  biased_form W b X Y U (biased_direction (c *: u + v))
  = c * biased_form W b X Y U (biased_direction u) + biased_form W b X Y U (biased_direction v).
Proof. by rewrite !(biased_form_sym U) biased_form_lin. Qed.

(* Only the L layers of the network matter. *)
Lemma biased_form_ext U U' V V' :
    (forall l, (l < L)%N -> U l = U' l) -> (forall l, (l < L)%N -> V l = V' l) ->
  biased_form W b X Y U V = biased_form W b X Y U' V'.
Proof.
by move=> eU eV; apply: hessian_form_ext => l lL; rewrite /embedded ?eU ?eV.
Qed.

(* Parameter vectors that the Hessian kills = directions that its form kills.  *)
Lemma biased_hessian_ker (u : 'rV_np) :
  u *m biased_hessian = 0 <-> forall V, biased_form W b X Y (biased_direction u) V = 0.
Proof.
apply: form_matrix_ker => [c u1 u2 V|c v1 v2 V|U V].
- exact: biased_form_lin.
- exact: biased_form_lin_r.
have [v vV] := biased_direction_surj L V; exists v.
by apply: biased_form_ext => // l lL; rewrite vV.
Qed.
End BiasedForms.
