From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The matrix of a bilinear form B on directions, where dir turns a parameter vector into a  *)
(* direction. Its entries are the values of B at pairs of unit vectors, its kernel the      *)
(* directions that B kills.                                                                 *)
Section FormMatrix.
Variables (F : fieldType) (n : nat) (D : Type) (dir : 'rV[F]_n -> D) (B : D -> D -> F).

(* The matrix of the form. *)
Definition form_matrix : 'M[F]_n :=
  \matrix_(i, j) B (dir (delta_mx 0 i)) (dir (delta_mx 0 j)).

Hypothesis linear_l : forall c u v w, B (dir (c *: u + v)) w = c * B (dir u) w + B (dir v) w.
Hypothesis linear_r : forall c u v w, B w (dir (c *: u + v)) = c * B w (dir u) + B w (dir v).

Lemma mul_form_matrix u j : (u *m form_matrix) 0 j = B (dir u) (dir (delta_mx 0 j)).
Proof.
pose f u : F^o := B (dir u) (dir (delta_mx 0 j)).
have flin : linear f by move=> c u1 u2; apply: linear_l.
rewrite -/(f u) [in RHS](row_sum_delta u) -[f]/(Linear flin : _ -> _) linear_sum mxE.
by apply: eq_bigr => i _; rewrite linearZ /= mxE.
Qed.

Lemma form_matrixE u v : (u *m form_matrix *m v^T) 0 0 = B (dir u) (dir v).
Proof.
pose f v : F^o := B (dir u) (dir v).
have flin : linear f by move=> c v1 v2; apply: linear_r.
rewrite mxE -/(f v) [in RHS](row_sum_delta v) -[f]/(Linear flin : _ -> _) linear_sum.
by apply: eq_bigr => j _; rewrite mul_form_matrix linearZ /= [v^T _ _]mxE mulrC.
Qed.

(* The matrix kills u as a row if and only if the form kills the direction of u.             *)
Lemma form_matrix_ker u :
  (forall U V, exists v, B U V = B U (dir v)) ->
  u *m form_matrix = 0 <-> forall V, B (dir u) V = 0.
Proof.
move=> surj; split=> [u0 V|h]; last by apply/rowP => j; rewrite mul_form_matrix h mxE.
by have [v ->] := surj (dir u) V; rewrite -form_matrixE u0 mul0mx mxE.
Qed.
End FormMatrix.
