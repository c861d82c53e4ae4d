From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss form_matrix.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The Hessian of the half-square loss of a deep linear network as a matrix, over every     *)
(* field, and its Gauss-Newton parts H_o and H_f. A parameter vector is the row of           *)
(* vec_r W_0, vec_r W_1, ..., vec_r W_(L-1), where vec_r stacks the rows of a matrix.         *)
Section LossHessian.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

(* The number of weights of a layer.                                                        *)
Definition layer_size (l : 'I_L) := (M l.+1 * M l)%N.
Notation np := (\sum_(l < L) layer_size l)%N.

(* A parameter vector as a family of matrices, one for each layer.                          *)
Definition direction (u : 'rV[F]_np) (l : nat) : 'M[F]_(M l.+1, M l) :=
  match @eqP _ (l < L)%N true with
  | ReflectT h => @unvec F (M l.+1) (M l) (submxrow u (Ordinal h))
  | ReflectF _ => 0
  end.

Lemma directionE u (l : 'I_L) : direction u l = @unvec F (M l.+1) (M l) (submxrow u l).
Proof.
case: l => l h; rewrite /direction; case: eqP => // h'.
by rewrite (bool_irrelevance h h').
Qed.

Lemma direction_surj (U : forall i, 'M[F]_(M i.+1, M i)) :
  exists u, forall l, (l < L)%N -> direction u l = U l.
Proof.
exists (\mxrow_(l < L) (vec (U l) : 'rV_(layer_size l))) => l lL.
by rewrite (directionE _ (Ordinal lL)) mxrowK vecK.
Qed.

Lemma direction_lin c u v l : direction (c *: u + v) l = c *: direction u l + direction v l.
Proof.
rewrite /direction; case: eqP => [h|_]; last by rewrite scaler0 addr0.
by rewrite -unvecP; congr unvec; apply/rowP => i; rewrite !mxE.
Qed.

(* The Hessian: the second derivatives of the half-square loss in pairs of weights.         *)
Definition loss_hessian : 'M[F]_np :=
  \matrix_(i, j) hessian_form W X Y (direction (delta_mx 0 i)) (direction (delta_mx 0 j)).

Lemma mul_loss_hessian u j :
  (u *m loss_hessian) 0 j = hessian_form W X Y (direction u) (direction (delta_mx 0 j)).
Proof.
apply: (mul_form_matrix (B := hessian_form W X Y)) => c u1 u2 V.
by apply: hessian_form_lin => l; apply: direction_lin.
Qed.
End LossHessian.

(* The matrix and the form are the same thing.                                              *)
Lemma loss_hessian_form (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i))
    (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N))
    (u v : 'rV[F]_(\sum_(l < L) layer_size M l)) :
  (u *m loss_hessian W X Y *m v^T) 0 0 = hessian_form W X Y (direction u) (direction v).
Proof.
apply: (form_matrixE (B := hessian_form W X Y)) => c u1 u2 V; last first.
  rewrite ![hessian_form _ _ _ V _]hessian_form_sym.
  by apply: hessian_form_lin => l; apply: direction_lin.
by apply: hessian_form_lin => l; apply: direction_lin.
Qed.

(* The Gauss-Newton split of Singh et al. 2021, section 3.1: H_L = H_o + H_f.                *)
Section GaussNewton.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation np := (\sum_(l < L) layer_size M l)%N.
Implicit Types U V : forall i, 'M[F]_(M i.+1, M i).

(* The products of first derivatives of the network, over samples and outputs.              *)
Definition outer_form U V :=
  \tr ((d_chain W U 0 L *m X)^T *m (d_chain W V 0 L *m X)).

(* Its second derivatives, weighted with the residual.                                      *)
Definition functional_form U V :=
  \tr (X *m (residual X Y W)^T *m d2_chain W U V 0 L).

(* Both forms are symmetric and look at the L layers of the network only.                   *)
Lemma functional_form_sym U V : functional_form U V = functional_form V U.
Proof. by rewrite /functional_form d2_chain_sym. Qed.

Lemma functional_form_ext U U' V V' :
    (forall l, (l < L)%N -> U l = U' l) -> (forall l, (l < L)%N -> V l = V' l) ->
  functional_form U V = functional_form U' V'.
Proof. by move=> eU eV; rewrite /functional_form (d2_chain_ext W _ eU eV). Qed.

Lemma outer_form_sym U V : outer_form U V = outer_form V U.
Proof. by rewrite /outer_form -mxtrace_tr trmx_mul trmxK. Qed.

Lemma outer_form_ext U U' V V' :
    (forall l, (l < L)%N -> U l = U' l) -> (forall l, (l < L)%N -> V l = V' l) ->
  outer_form U V = outer_form U' V'.
Proof. by move=> eU eV; rewrite /outer_form (d_chain_ext W _ eU) (d_chain_ext W _ eV). Qed.

(* Both forms are linear in the first direction, and so in the second.                      *)
Lemma outer_form_lin c U1 U2 U3 V : (forall l, U3 l = c *: U1 l + U2 l) ->
  outer_form U3 V = c * outer_form U1 V + outer_form U2 V.
Proof.
move=> lin; rewrite !(outer_form_sym _ V) /outer_form (d_chain_lin _ lin) mulmxDl -scalemxAl.
by rewrite mulmxDr -scalemxAr mxtraceD mxtraceZ.
Qed.

Lemma functional_form_lin c U1 U2 U3 V : (forall l, U3 l = c *: U1 l + U2 l) ->
  functional_form U3 V = c * functional_form U1 V + functional_form U2 V.
Proof.
by move=> lin; rewrite /functional_form (d2_chain_lin _ lin) mulmxDr -scalemxAr mxtraceD mxtraceZ.
Qed.

(* H_o and H_f.                                                                             *)
Definition outer_hessian : 'M[F]_np :=
  \matrix_(i, j) outer_form (direction (delta_mx 0 i)) (direction (delta_mx 0 j)).
Definition functional_hessian : 'M[F]_np :=
  \matrix_(i, j) functional_form (direction (delta_mx 0 i)) (direction (delta_mx 0 j)).

Lemma tr_functional_hessian : functional_hessian^T = functional_hessian.
Proof. by apply/matrixP => i j; rewrite !mxE functional_form_sym. Qed.

(* H_L = H_o + H_f, for all weights and data. *)
Theorem gauss_newton : loss_hessian W X Y = (outer_hessian + functional_hessian)%R.
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.
End GaussNewton.
