From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section loss_hessian.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

Definition layer_size (l : 'I_L) := (M l.+1 * M l)%N.
Notation np := (\sum_(l < L) layer_size l)%N.

(* A parameter row vector as a family of weight-matrix directions.            *)
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

Definition loss_hessian : 'M[F]_np :=
  \matrix_(i, j) hessian_form W X Y (direction (delta_mx 0 i)) (direction (delta_mx 0 j)).

Lemma mul_loss_hessian u j : (u *m loss_hessian) 0 j = hessian_form W X Y (direction u) (direction (delta_mx 0 j)).
Proof.
pose f (u : 'rV[F]_np) : F^o := hessian_form W X Y (direction u) (direction (delta_mx 0 j)).
have flin : linear f.
  by move=> c u1 u2; apply: hessian_form_lin => l; apply: direction_lin.
rewrite -/(f u) [in RHS](row_sum_delta u) -[f]/(Linear flin : _ -> _) linear_sum mxE.
by apply: eq_bigr => i _; rewrite linearZ /= mxE.
Qed.
End loss_hessian.

Lemma loss_hessian_form (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i))
    (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N))
    (u v : 'rV[F]_(\sum_(l < L) layer_size M l)) :
  (u *m loss_hessian W X Y *m v^T) 0 0 = hessian_form W X Y (direction u) (direction v).
Proof.
pose f (v : 'rV[F]_(\sum_(l < L) layer_size M l)) : F^o := hessian_form W X Y (direction v) (direction u).
have flin : linear f.
  by move=> c u1 u2; apply: hessian_form_lin => l; apply: direction_lin.
transitivity (\sum_j (u *m loss_hessian W X Y) 0 j * v 0 j).
  by rewrite mxE; apply: eq_bigr => j _; rewrite [v^T _ _]mxE.
rewrite hessian_form_sym -/(f v) [in RHS](row_sum_delta v) -[f]/(Linear flin : _ -> _).
rewrite linear_sum; apply: eq_bigr => j _.
by rewrite mul_loss_hessian linearZ /= /f hessian_form_sym mulrC.
Qed.

(* The Gauss-Newton split: H_L = H_o + H_f.                                   *)
Section GaussNewton.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation np := (\sum_(l < L) layer_size M l)%N.
Implicit Types U V : forall i, 'M[F]_(M i.+1, M i).

Definition outer_form U V :=
  \tr ((d_chain W U 0 L *m X)^T *m (d_chain W V 0 L *m X)).
Definition functional_form U V :=
  \tr (X *m (residual X Y W)^T *m d2_chain W U V 0 L).

Definition outer_hessian : 'M[F]_np :=
  \matrix_(i, j) outer_form (direction (delta_mx 0 i)) (direction (delta_mx 0 j)).
Definition functional_hessian : 'M[F]_np :=
  \matrix_(i, j) functional_form (direction (delta_mx 0 i)) (direction (delta_mx 0 j)).

Theorem gauss_newton : loss_hessian W X Y = (outer_hessian + functional_hessian)%R.
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.
End GaussNewton.
