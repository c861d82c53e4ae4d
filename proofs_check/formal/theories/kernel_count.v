From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian form_matrix.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* A rank from below by a kernel that is confined layer by layer.  H is a square matrix on *)
(* the parameters, S l a subspace of the directions of layer l that contains the l-th layer *)
(* of every vector of the kernel of H; then  p <= rk H + sum_l rk (S l),  p the number of *)
(* parameters.  If moreover a subspace of the sum of the S l meets the kernel in zero only, *)
(* its dimension is gained. *)

(* Matrices A^T Z B make up the row space of A *t B. *)
Lemma vec_sub (F : fieldType) a b a' b' (U : 'M[F]_(a, b)) (A : 'M_(a', a)) (B : 'M_(b', b)) Z :
  U = A^T *m Z *m B -> (vec U <= A *t B)%MS.
Proof.
move=> ->; apply/submxP; exists (vec Z); apply: (@unvec_inj F a b).
by rewrite unvec_mul !vecK.
Qed.

Lemma sub_vec (F : fieldType) a b a' b' (U : 'M[F]_(a, b)) (A : 'M_(a', a)) (B : 'M_(b', b)) :
  (vec U <= A *t B)%MS -> exists Z, U = A^T *m Z *m B.
Proof. by move=> /submxP[v vE]; exists (unvec v); rewrite -unvec_mul -vE vecK. Qed.

Section KernelCount.
Variables (F : fieldType) (M : nat -> nat) (L : nat).
Notation np := (\sum_(l < L) layer_size M l)%N.
Variables (H : 'M[F]_np) (S : forall l, 'M[F]_(M l.+1 * M l)).

(* The sum of the subspaces S l. *)
Definition layer_sum : 'M[F]_np := \mxdiag_(l < L) (S l : 'M_(layer_size M l)).

Lemma rank_layer_sum : \rank layer_sum = (\sum_(l < L) \rank (S l))%N.
Proof. exact: rank_mxdiag. Qed.

(* The rows of layer_sum are the vectors with every layer in its S l. *)
Lemma sub_layer_sum (u : 'rV[F]_np) :
  reflect (forall l : 'I_L, (vec (direction u l) <= S l)%MS) (u <= layer_sum)%MS.
Proof.
have dE (l : 'I_L) : vec (direction u l) = submxrow u l by rewrite directionE unvecK.
apply: (iffP idP) => [uS l|h].
  have /submxP[v vE] := uS.
  rewrite dE vE -[v]submxrowK /layer_sum mul_mxrow_mxdiag mxrowK.
  exact: submxMl.
apply/submxP; exists (\mxrow_(l < L) (submxrow u l *m pinvmx (S l) : 'rV_(layer_size M l))).
rewrite /layer_sum mul_mxrow_mxdiag -[LHS]submxrowK; apply: eq_mxrow => l.
by rewrite mulmxKpV // -dE; apply: h.
Qed.

Hypothesis confined : forall u : 'rV_np, u *m H = 0 -> (u <= layer_sum)%MS.

Lemma kermx_confined : (kermx H <= layer_sum)%MS.
Proof.
by apply/row_subP => i; apply: confined; rewrite -row_mul mulmx_ker row0.
Qed.

(* A kernel that is confined to the S l is at most as large as their sum. *)
Theorem rank_confined :
  (\sum_(l < L) M l.+1 * M l <= \rank H + \sum_(l < L) \rank (S l))%N.
Proof.
by rewrite -leq_subLR -mxrank_ker -rank_layer_sum; apply: mxrankS kermx_confined.
Qed.

(* And smaller by the dimension of a subspace of the sum that meets it in zero only. *)
Theorem rank_confined_gain n (V : 'M[F]_(n, np)) :
    (V <= layer_sum)%MS -> (forall u : 'rV_np, (u <= V)%MS -> u *m H = 0 -> u = 0) ->
  (\sum_(l < L) M l.+1 * M l + \rank V <= \rank H + \sum_(l < L) \rank (S l))%N.
Proof.
move=> VS V0; have cap : (kermx H :&: V)%MS = 0.
  apply/eqP/rowV0P => u; rewrite sub_capmx => /andP[/sub_kermxP uH uV].
  exact: V0.
have : (\rank (kermx H + V)%MS <= \rank layer_sum)%N.
  by apply: mxrankS; rewrite addsmx_sub kermx_confined.
rewrite mxrank_disjoint_sum // mxrank_ker rank_layer_sum addnBAC ?rank_leq_row //.
by rewrite leq_subLR.
Qed.
End KernelCount.

Lemma layer_sumS (F : fieldType) (M : nat -> nat) (L : nat)
    (S S' : forall l, 'M[F]_(M l.+1 * M l)) :
  (forall l, (l < L)%N -> (S l <= S' l)%MS) -> (layer_sum L S <= layer_sum L S')%MS.
Proof.
move=> SS; apply/row_subP => i; apply/sub_layer_sum => l.
have /sub_layer_sum h := row_sub i (layer_sum L S).
exact: submx_trans (h l) (SS l (ltn_ord l)).
Qed.

(* Both Hessians: the kernel of the matrix is the kernel of the form. *)
Section Kernels.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation np := (\sum_(l < L) layer_size M l)%N.

Lemma loss_hessian_ker (u : 'rV_np) :
  u *m loss_hessian W X Y = 0 -> forall V, hessian_form W X Y (direction u) V = 0.
Proof.
move=> uH V; have [v vV] := direction_surj L V.
by rewrite -(hessian_form_ext _ _ _ (fun l _ => erefl) vV) -loss_hessian_form uH mul0mx mxE.
Qed.

Lemma functional_hessian_ker (u : 'rV_np) :
  u *m functional_hessian W X Y = 0 <-> forall V, functional_form W X Y (direction u) V = 0.
Proof.
have lin c (v w : 'rV[F]_np) V : functional_form W X Y (direction (c *: v + w)) V
    = c * functional_form W X Y (direction v) V + functional_form W X Y (direction w) V.
  by apply: functional_form_lin => l; apply: direction_lin.
rewrite -[functional_hessian W X Y]/(form_matrix (@direction F M L) (functional_form W X Y)).
apply: form_matrix_ker => // [c v w V|U V].
  by rewrite !(functional_form_sym _ _ _ V) lin.
have [v vV] := direction_surj L V; exists v; rewrite /functional_form.
by rewrite (d2_chain_ext _ _ (fun l _ => erefl) (fun l lL => esym (vV l lL))).
Qed.
End Kernels.
