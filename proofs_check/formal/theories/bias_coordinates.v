From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker form_matrix chain loss hessian bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The matrices of the outer and the functional form, with and without biases,  *)
(* in coordinates: values of the forms, flat parameter vectors, and ranks under *)
(* a change of coordinates.                                                     *)

(* A form that is written in the coordinates of another one has no larger rank. *)
Lemma rank_le_congruence (F : fieldType) n n' (H : 'M[F]_n) (H' : 'M[F]_n')
    (f : 'I_n -> 'rV[F]_n') :
  (forall i j, H i j = (f i *m H' *m (f j)^T) 0 0) -> (\rank H <= \rank H')%N.
Proof.
move=> e; pose T := \matrix_i f i.
have -> : H = T *m H' *m T^T.
  apply/matrixP => i j; rewrite e.
  have -> : f i *m H' *m (f j)^T = row i T *m H' *m (row j T)^T by rewrite !rowK.
  by rewrite -row_mul tr_row !mxE; apply: eq_bigr => k _; rewrite !mxE.
by apply: leq_trans (mxrankM_maxl _ _) _; apply: mxrankM_maxr.
Qed.

Lemma entry_form (F : fieldType) n (H : 'M[F]_n) i j :
  H i j = ((delta_mx 0 i : 'rV_n) *m H *m (delta_mx 0 j : 'rV_n)^T) 0 0.
Proof. by rewrite -rowE trmx_delta -colE !mxE. Qed.

(* Families of matrices as parameter vectors.                                   *)
Section Flatten.
Variables (F : fieldType) (M : nat -> nat) (L : nat).

(* The parameter vector of a family of weights, the inverse of direction; *)
Definition flatten (A : forall i, 'M[F]_(M i.+1, M i)) : 'rV[F]_(\sum_(l < L) layer_size M l) :=
  \mxrow_(l < L) (vec (A l) : 'rV_(layer_size M l)).

Lemma flattenK A l : (l < L)%N -> direction (flatten A) l = A l.
Proof. by move=> lL; rewrite (directionE _ (Ordinal lL)) mxrowK vecK. Qed.

(* and with biases. *)
Definition biased_flatten (U : forall i, 'M[F]_(M i.+1, augmented_widths M i))
    : 'rV[F]_(\sum_(l < L) biased_size M l) :=
  \mxrow_(l < L) (vec (U l) : 'rV_(biased_size M l)).

Lemma biased_flattenK U l : (l < L)%N -> biased_direction (biased_flatten U) l = U l.
Proof. by move=> lL; rewrite (biased_directionE _ (Ordinal lL)) mxrowK vecK. Qed.
End Flatten.

(* The matrices of the two parts are those of their forms.                      *)
Section Parts.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Implicit Types U V : forall i, 'M[F]_(M i.+1, M i).

Lemma outer_hessian_form (u v : 'rV[F]_(\sum_(l < L) layer_size M l)) :
  (u *m outer_hessian W L X *m v^T) 0 0 = outer_form W L X (direction u) (direction v).
Proof.
rewrite -[outer_hessian _ _ _]/(form_matrix (@direction F M L) (outer_form W L X)).
have dl c (u1 u2 : 'rV_(\sum_(l < L) layer_size M l)) V :
    outer_form W L X (direction (c *: u1 + u2)) V
    = c * outer_form W L X (direction u1) V + outer_form W L X (direction u2) V.
  by apply: outer_form_lin => l; apply: direction_lin.
by rewrite form_matrixE // => c u1 u2 V; rewrite !(outer_form_sym _ _ _ V).
Qed.

Lemma functional_hessian_form (u v : 'rV[F]_(\sum_(l < L) layer_size M l)) :
  (u *m functional_hessian W X Y *m v^T) 0 0 = functional_form W X Y (direction u) (direction v).
Proof.
rewrite -[functional_hessian _ _ _]/(form_matrix (@direction F M L) (functional_form W X Y)).
have dl c (u1 u2 : 'rV_(\sum_(l < L) layer_size M l)) V :
    functional_form W X Y (direction (c *: u1 + u2)) V
    = c * functional_form W X Y (direction u1) V + functional_form W X Y (direction u2) V.
  by apply: functional_form_lin => l; apply: direction_lin.
by rewrite form_matrixE // => c u1 u2 V; rewrite !(functional_form_sym _ _ _ V).
Qed.
End Parts.

Section BiasedParts.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation np := (\sum_(l < L) biased_size M l)%N.

Lemma biased_outer_hessian_form (u v : 'rV[F]_np) :
  (u *m biased_outer_hessian W b L X *m v^T) 0 0
  = biased_outer_form W b L X (biased_direction u) (biased_direction v).
Proof.
have sym U V : biased_outer_form W b L X U V = biased_outer_form W b L X V U.
  exact: outer_form_sym.
have dl c (u1 u2 : 'rV_np) V :
    biased_outer_form W b L X (biased_direction (c *: u1 + u2)) V
    = c * biased_outer_form W b L X (biased_direction u1) V
      + biased_outer_form W b L X (biased_direction u2) V.
  by apply/outer_form_lin/embedded_lin => l; apply: biased_direction_lin.
by rewrite form_matrixE // => c u1 u2 V; rewrite !(sym V).
Qed.

Lemma biased_functional_hessian_form (u v : 'rV[F]_np) :
  (u *m biased_functional_hessian W b X Y *m v^T) 0 0
  = biased_functional_form W b X Y (biased_direction u) (biased_direction v).
Proof.
have sym U V : biased_functional_form W b X Y U V = biased_functional_form W b X Y V U.
  exact: functional_form_sym.
have dl c (u1 u2 : 'rV_np) V :
    biased_functional_form W b X Y (biased_direction (c *: u1 + u2)) V
    = c * biased_functional_form W b X Y (biased_direction u1) V
      + biased_functional_form W b X Y (biased_direction u2) V.
  by apply/functional_form_lin/embedded_lin => l; apply: biased_direction_lin.
by rewrite form_matrixE // => c u1 u2 V; rewrite !(sym V).
Qed.
End BiasedParts.
