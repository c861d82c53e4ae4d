From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker telescoping chain loss hessian upper_bound.
From Hessproof Require Import elimination loss_elimination narrow rectangular_identities gram.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Fact 7 is attained for every data set over an ordered field.  First for inputs X with *)
(* independent rows and labels zero, by weights that carry q units whose cores are conjugate *)
(* by a Gram matrix; then for all labels, since large weights make labels small; then for all *)
(* inputs, by weights that first map the inputs to the row space of X. *)

(* Labels zero: the units are the first q coordinates, but the input injects them by *)
(* Sigma proj^T S^-1, S the Gram matrix of the first q rows of X. *)
Section RowFree.
Variables (F : realFieldType) (M : nat -> nat) (L' q N : nat).
Notation L := L'.+1.
Hypothesis qm : forall l, (l <= L)%N -> (q <= M l)%N.
Variable X : 'M[F]_(M 0%N, N).
Hypothesis Xf : row_free X.

Definition first_units l : 'M[F]_(q, M l) := pid_mx q.
Definition first_gram : 'M[F]_q := first_units 0 *m X *m (first_units 0 *m X)^T.
Definition gram_inj l : 'M[F]_(M l, q) :=
  match l return 'M_(M l, q) with
  | 0%N => X *m X^T *m (first_units 0)^T *m invmx first_gram
  | l'.+1 => pid_mx q
  end.
Notation proj := first_units.
Notation inj := gram_inj.
Notation S := first_gram.
Notation W := (narrow inj proj).
Notation Y0 := (0%R : 'M_(M L, N)).

Lemma first_gram_unit : S \in unitmx.
Proof.
apply: gram_unit; rewrite /row_free mxrankMfree // /first_units.
by rewrite rank_pid_mx ?qm // eqxx.
Qed.

Lemma gram_carried : carried L' W inj proj.
Proof.
apply: narrow_carried => -[|l] lL; last by rewrite /first_units /= pid_pid ?qm // pid_mx_1.
rewrite /= !mulmxA -[X in X *m _ = _](_ : S = _) ?mulmxV ?first_gram_unit //.
by rewrite /first_gram trmx_mul !mulmxA.
Qed.

Lemma tr_gram_inj : (inj L)^T = proj L.
Proof. by rewrite /= tr_pid_mx. Qed.

Lemma gram_Sigma : X *m X^T *m (proj 0)^T = inj 0 *m S.
Proof. by rewrite /= mulmxKV ?first_gram_unit. Qed.

Lemma gram_residual : X *m (residual X Y0 W)^T = inj 0 *m S *m proj L.
Proof.
rewrite /residual subr0 trmx_mul mulmxA (narrow_chain (proj_inj_of gram_carried)) //.
by rewrite trmx_mul tr_gram_inj mulmxA gram_Sigma.
Qed.

Lemma gram_aside : aside inj proj (X *m (residual X Y0 W)^T) S = 0.
Proof. by rewrite /aside gram_residual subrr. Qed.

Lemma gram_returned : returned W inj proj (X *m (residual X Y0 W)^T) S.
Proof.
have pi := proj_inj_of gram_carried.
split=> [|||k kL]; rewrite ?gram_aside ?mulmx0 ?mul0mx ?gram_residual //.
- exact: first_gram_unit.
- by rewrite -[_ *m inj L]mulmxA pi // mulmx1.
by rewrite mulmxA (mulmxA (proj 0)) pi // mul1mx.
Qed.

Lemma rank_loss_hessian_rowfree :
  (\sum_(l < L) M l.+1 * M l
   <= \rank (loss_hessian W X Y0) + \sum_(l < L) (M l.+1 - q) * (M l - q))%N.
Proof.
have trS : S^T = S by rewrite /first_gram trmx_mul trmxK.
apply: (rank_loss_rest gram_carried gram_returned tr_gram_inj gram_Sigma trS).
  move=> a step; rewrite -mulmxDr => /(congr1 (mulmx (invmx S))).
  rewrite mulmx0 mulKmx ?first_gram_unit // => sum0; apply: conjugate_cores_zero step sum0 => //.
    exact: first_gram_unit.
  by exists N, (proj 0 *m X).
move=> x y; rewrite gram_aside mul0mx mulmx0 !addr0.
move=> /(congr1 (mulmx (invmx (X *m X^T)))); rewrite mulmx0 mulKmx ?gram_unit // => x0.
move=> /(congr1 (mulmx (invmx S))); rewrite mulmx0 mulKmx ?first_gram_unit // => y0.
by split; apply: trmx_inj; rewrite trmx0.
Qed.
End RowFree.

Lemma trmx_scale (R : comRingType) a b c (A : 'M[R]_(a, b)) : (c *: A)^T = c *: A^T.
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

(* Weights scaled by t with labels scaled by t^L: the form is scaled. *)
Section Scale.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)) (t : R).
Definition scaled_weights i : 'M[R]_(M i.+1, M i) := t *: W i.
Implicit Types U V : forall i, 'M[R]_(M i.+1, M i).

Lemma chain_scaled k : chain scaled_weights 0 k = t ^+ k *: chain W 0 k.
Proof.
elim: k => [|k IH]; first by rewrite !chain_id expr0 scale1r.
by rewrite !chain_S // IH -[scaled_weights k]/(t *: W k) -scalemxAl -scalemxAr scalerA exprS.
Qed.

Lemma d_chain_scaled U k : t *: d_chain scaled_weights U 0 k = t ^+ k *: d_chain W U 0 k.
Proof.
elim: k => [|k IH]; first by rewrite !d_chain_id !scaler0.
rewrite !d_chain_S // chain_scaled scalerDr -[scaled_weights k]/(t *: W k).
rewrite -[(t *: W k) *m _]scalemxAl.
rewrite (scalemxAr t (W k)) IH -!scalemxAr !scalerA -exprS scalerDr.
by [].
Qed.

Lemma d2_chain_scaled U V k :
  t ^+ 2 *: d2_chain scaled_weights U V 0 k = t ^+ k *: d2_chain W U V 0 k.
Proof.
have h (A B : forall i, 'M[R]_(M i.+1, M i)) j :
      t ^+ 2 *: (A j *m d_chain scaled_weights B 0 j) = t ^+ j.+1 *: (A j *m d_chain W B 0 j).
  by rewrite expr2 -scalerA (scalemxAr t (A j)) d_chain_scaled -scalemxAr scalerA -exprS.
elim: k => [|k IH]; first by rewrite !d2_chain_id !scaler0.
rewrite !d2_chain_S // !scalerDr (h U V) (h V U) -[scaled_weights k]/(t *: W k).
rewrite -[(t *: W k) *m _]scalemxAl.
by rewrite scalerA mulrC -scalerA (scalemxAr (t ^+ 2) (W k)) IH -scalemxAr scalerA -exprS.
Qed.

Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).

Lemma hessian_form_scaled U V :
  t ^+ 2 * hessian_form scaled_weights X (t ^+ L *: Y) U V = (t ^+ L) ^+ 2 * hessian_form W X Y U V.
Proof.
have e1 A : t *: (d_chain scaled_weights A 0 L *m X) = t ^+ L *: (d_chain W A 0 L *m X).
  by rewrite scalemxAl d_chain_scaled -scalemxAl.
have T c (A B : 'M[R]_(M L, N)) :
    c ^+ 2 * \tr (A^T *m B) = \tr ((c *: A)^T *m (c *: B)).
  by rewrite trmx_scale -scalemxAl -scalemxAr !mxtraceZ mulrA expr2.
have rE : residual X (t ^+ L *: Y) scaled_weights = t ^+ L *: residual X Y W.
  by rewrite /residual chain_scaled -scalemxAl scalerBr.
rewrite /hessian_form !mulrDr !T !e1; congr (_ + _).
rewrite -mxtraceZ scalemxAr d2_chain_scaled rE trmx_scale -!scalemxAr -scalemxAl scalerA.
by rewrite mxtraceZ expr2.
Qed.
End Scale.

Section AffineY.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).

Lemma hessian_form_affine c U V :
  hessian_form W X (c *: Y) U V = hessian_form W X (0 : 'M_(M L, N)) U V
    + c * (hessian_form W X Y U V - hessian_form W X (0 : 'M_(M L, N)) U V).
Proof.
rewrite /hessian_form /residual subr0 !linearB /= linearZ /= !(mulmxBr, mulmxBl) !linearB /=.
rewrite -!scalemxAr -!scalemxAl mxtraceZ -addrA; congr (_ + _).
by rewrite opprD addrACA subrr add0r addrAC subrr add0r mulrN.
Qed.
End AffineY.

(* The rank of A + B / c is at least that of A, but for finitely many c. *)
Lemma rank_perturb_poly (F : fieldType) n (A B : 'M[F]_n) :
  exists2 p : {poly F}, p != 0 &
    forall c, c != 0 -> ~~ root p c -> (\rank A <= \rank (A + c^-1 *: B)%R)%N.
Proof.
set r := \rank A.
pose K : 'M[F]_(r, n) := pid_mx r *m invmx (col_ebase A).
pose Q : 'M[F]_(n, r) := invmx (row_ebase A) *m pid_mx r.
have rn : (r <= n)%N := rank_leq_row A.
have KAQ : K *m A *m Q = 1%:M.
  rewrite -{1}(mulmx_ebase A) /K /Q -/r !mulmxA mulmxKV ?col_ebase_unit //.
  by rewrite mulmxK ?row_ebase_unit // !pid_pid // pid_mx_1.
set C := - (K *m B *m Q); exists (char_poly C).
  by rewrite monic_neq0 // char_poly_monic.
move=> c c0 Nr.
have E : K *m (A + c^-1 *: B) *m Q = - c^-1 *: (C - c%:M).
  rewrite mulmxDr mulmxDl KAQ -scalemxAr -scalemxAl -[K *m B *m Q]opprK -/C.
  by rewrite scalerN scaleNr scalerBr opprB scale_scalar_mx mulVf.
have rk : \rank (- c^-1 *: (C - c%:M)) = r.
  rewrite eqmx_scale ?oppr_eq0 ?invr_eq0 //; apply/eqP.
  rewrite -/(row_free _) -kermx_eq0 -[_ == 0]negbK.
  by move: Nr; rewrite -eigenvalue_root_char.
rewrite -rk -E; apply: leq_trans (mxrankM_maxl _ _) _.
exact: mxrankM_maxr.
Qed.

Lemma rank_perturb (F : realFieldType) n (A B : 'M[F]_n) L : (0 < L)%N ->
  exists2 t : F, t != 0 & (\rank A <= \rank (A + (t ^+ L)^-1 *: B)%R)%N.
Proof.
move=> L0; have [p p0 H] := rank_perturb_poly A B.
pose rs := [seq (i.+1)%:R ^+ L : F | i <- iota 0 (size p)].
have [/(max_poly_roots p0)|/allPn[x]] := boolP (all (root p) rs).
  rewrite size_map size_iota ltnn; case/(_ _)/notF => //.
  rewrite map_inj_uniq ?iota_uniq // => i j /eqP.
  by rewrite eqr_expn2 ?ler0n // eqr_nat eqSS => /eqP.
case/mapP=> i _ -> Nr; exists i.+1%:R; first by rewrite pnatr_eq0.
by apply: H Nr; rewrite expf_neq0 // pnatr_eq0.
Qed.

(* Any row-free data, any labels. *)
Theorem rank_loss_hessian_rowfree_labels (F : realFieldType) (M : nat -> nat) (L q N : nat)
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) :
    (0 < L)%N -> (forall l, (l <= L)%N -> (q <= M l)%N) -> row_free X ->
  exists W : forall i, 'M[F]_(M i.+1, M i),
  (\sum_(l < L) M l.+1 * M l
   <= \rank (loss_hessian W X Y) + \sum_(l < L) (M l.+1 - q) * (M l - q))%N.
Proof.
case: L Y => // L Y _ qm Xf; have := rank_loss_hessian_rowfree qm Xf.
set W := narrow _ _; set A := loss_hessian W X _ => hA.
have [t t0 tA] := rank_perturb A (loss_hessian W X Y - A) (ltn0Sn L).
exists (scaled_weights W t); apply: leq_trans hA _; rewrite leq_add2r; apply: leq_trans tA _.
have c0 : t ^+ L.+1 != 0 by rewrite expf_neq0.
have -> : A + (t ^+ L.+1)^-1 *: (loss_hessian W X Y - A) = loss_hessian W X ((t ^+ L.+1)^-1 *: Y).
  by apply/matrixP => i j; rewrite !mxE hessian_form_affine.
have E : t ^+ 2 *: loss_hessian (scaled_weights W t) X Y
    = (t ^+ L.+1) ^+ 2 *: loss_hessian W X ((t ^+ L.+1)^-1 *: Y).
  apply/matrixP => i j; rewrite [LHS]mxE [RHS]mxE [loss_hessian _ _ _ _ _]mxE.
  rewrite [in RHS]mxE -hessian_form_scaled scalerA mulfV // scale1r.
  by [].
rewrite -(eqmx_scale (loss_hessian (scaled_weights W t) X Y) (expf_neq0 2 t0)) E.
by rewrite eqmx_scale ?expf_neq0.
Qed.

(* Rank-deficient data: lift weights of the reduced network. *)

Section Lift.
Variables (F : fieldType) (M : nat -> nat) (r N L : nat).
Variables (X0 : 'M[F]_(M 0%N, r)) (B : 'M[F]_(r, M 0%N)) (X1 : 'M[F]_(r, N)).
Hypothesis BX : B *m X0 = 1%:M.
Variable Y : 'M[F]_(M L.+1, N).

(* Weights of the reduced network as weights on the inputs: the first layer reads B x. *)
Definition lifted_weights (W : forall i, 'M[F]_(reduced_widths M r i.+1, reduced_widths M r i)) i
    : 'M[F]_(M i.+1, M i) :=
  match i return 'M[F]_(reduced_widths M r i.+1, reduced_widths M r i) -> 'M[F]_(M i.+1, M i) with
  | 0%N => fun A => A *m B
  | i'.+1 => id
  end (W i).

Lemma reduced_lift W i : reduced X0 (lifted_weights W) i = W i.
Proof. by case: i => [|i] //=; rewrite /lifted_weights -mulmxA BX mulmx1. Qed.

Variable W : forall i, 'M[F]_(reduced_widths M r i.+1, reduced_widths M r i).

Lemma hessian_form_lift U V :
  hessian_form W X1 (Y : 'M_(reduced_widths M r L.+1, N)) U V
  = hessian_form (lifted_weights W) (X0 *m X1) Y (lifted_weights U) (lifted_weights V).
Proof.
rewrite -reduced_hessian_form (hessian_form_extW _ _ (reduced_lift W)).
by apply: hessian_form_ext => l _; rewrite reduced_lift.
Qed.

Lemma rank_loss_hessian_lift :
  (\rank (loss_hessian W X1 (Y : 'M_(reduced_widths M r L.+1, N)))
   <= \rank (loss_hessian (lifted_weights W) (X0 *m X1) Y))%N.
Proof.
set H := loss_hessian (lifted_weights W) _ _.
pose T : 'M[F]_(\sum_(l < L.+1) layer_size (reduced_widths M r) l,
                \sum_(l < L.+1) layer_size M l) :=
  \matrix_i \mxrow_(l < L.+1)
    (vec (lifted_weights (direction (delta_mx 0 i)) l) : 'rV_(layer_size M l)).
have dT i l : (l < L.+1)%N -> direction (row i T) l = lifted_weights (direction (delta_mx 0 i)) l.
  by move=> lL; rewrite (directionE _ (Ordinal lL)) rowK mxrowK vecK.
have -> : loss_hessian W X1 (Y : 'M_(reduced_widths M r L.+1, N)) = T *m H *m T^T.
  apply/matrixP => i j; rewrite [LHS]mxE.
  have -> : (T *m H *m T^T) i j = (row i T *m H *m (row j T)^T) 0 0.
    rewrite -row_mul tr_row !mxE; apply: eq_bigr => k _; rewrite !mxE.
    by congr (_ * _).
  by rewrite loss_hessian_form (hessian_form_ext _ _ _ (dT i) (dT j)) hessian_form_lift.
by apply: leq_trans (mxrankM_maxl _ _) _; apply: mxrankM_maxr.
Qed.
End Lift.

(* Fact 7 for every data set over an ordered field: the bound is attained by some weights. (A *)
(* network of L.+1 layers, as in rank_loss_hessian_data.) *)
Theorem rank_loss_hessian_data_attained (F : realFieldType) (M : nat -> nat) (L N q : nat)
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)) :
    (q <= \rank X)%N -> (forall l, (0 < l)%N -> (l <= L.+1)%N -> (q <= M l)%N) ->
    q = \rank X \/ (exists2 s, (0 < s <= L.+1)%N & q = M s) ->
  exists W : forall i, 'M[F]_(M i.+1, M i),
  (\rank (loss_hessian W X Y) + L.+1 * (q * q)
   = 2 * q * (\sum_(1 <= l < L.+1) M l) + q * (\rank X + M L.+1))%N.
Proof.
move=> qr qm qE; have [B BX] : exists B, B *m col_base X = 1%:M.
  by apply/row_fullP; rewrite -/(row_full _) col_base_full.
have qm' l : (l <= L.+1)%N -> (q <= reduced_widths M (\rank X) l)%N.
  by case: l => [|l] lL //; apply: qm.
have [W hW] := @rank_loss_hessian_rowfree_labels F (reduced_widths M (\rank X)) L.+1 q N
  (row_base X) (Y : 'M_(reduced_widths M (\rank X) L.+1, N)) (ltn0Sn L) qm' (row_base_free X).
exists (lifted_weights B W); apply/eqP; rewrite eqn_leq rank_loss_hessian_data //=.
have h := rank_loss_hessian_lift (row_base X) BX Y W; rewrite mulmx_base in h.
have := leq_trans hW (leq_add h (leqnn _)).
have G := telescoping_nat (ltn0Sn L) qm'.
rewrite -(leq_add2r (L.+1 * (q * q))) -G addnAC [X in (_ <= X)%N]addnC leq_add2l.
by rewrite !big_add1.
Qed.
