From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker telescoping chain loss hessian upper_bound kernel_equations rectangular_identities elimination every_data_set.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* On every line through an attaining point: finitely many exceptions.        *)
Section Line.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Variables (W0 W1 : forall i, 'M[F]_(M i.+1, M i)).

Definition line (t : F) i : 'M[F]_(M i.+1, M i) := W1 i + t *: (W0 i - W1 i).
Let Wp i : 'M[{poly F}]_(M i.+1, M i) :=
  map_mx polyC (W1 i) + 'X *: map_mx polyC (W0 i - W1 i).
Let Hp := \matrix_(i, j) hessian_form Wp (map_mx polyC X) (map_mx polyC Y)
  (mapW [rmorphism of polyC] (direction (delta_mx 0 i : 'rV[F]_(\sum_(l < L) layer_size M l))))
  (mapW [rmorphism of polyC] (direction (delta_mx 0 j : 'rV[F]_(\sum_(l < L) layer_size M l)))).

Lemma map_polyC_horner a b t (A : 'M[F]_(a, b)) :
  map_mx (horner_eval t) (map_mx polyC A) = A.
Proof. by apply/matrixP => i j; rewrite !mxE /horner_eval hornerC. Qed.

Lemma Hp_eval t : map_mx (horner_eval t) Hp = loss_hessian (line t) X Y.
Proof.
apply/matrixP => i j; rewrite !mxE -hessian_form_map !map_polyC_horner.
set U := direction _; set V := direction _.
have e (Z : forall i, 'M[F]_(M i.+1, M i)) l : (l < L)%N ->
    mapW [rmorphism of horner_eval t] (mapW [rmorphism of polyC] Z) l = Z l.
  by move=> _; apply: map_polyC_horner.
rewrite (hessian_form_ext _ _ _ (e U) (e V)); apply: hessian_form_extW => k.
apply/matrixP => x y; rewrite /mapW /Wp /line !mxE /horner_eval.
by rewrite rmorphD rmorphM /= /horner_eval hornerX !hornerC.
Qed.

Lemma line1 i : line 1 i = W0 i.
Proof. by rewrite /line scale1r addrC subrK. Qed.

Theorem rank_loss_hessian_line :
  exists2 p : {poly F}, p != 0 &
    forall t, ~~ root p t -> (\rank (loss_hessian W0 X Y) <= \rank (loss_hessian (line t) X Y))%N.
Proof.
set A := loss_hessian W0 X Y; set r := \rank A; set n := (\sum_(l < L) layer_size M l)%N in A r *.
pose K : 'M[F]_(r, n) := pid_mx r *m invmx (col_ebase A).
pose Q : 'M[F]_(n, r) := invmx (row_ebase A) *m pid_mx r.
have rn : (r <= n)%N := rank_leq_row A.
have KAQ : K *m A *m Q = 1%:M.
  rewrite -{1}(mulmx_ebase A) /K /Q -/r !mulmxA mulmxKV ?col_ebase_unit //.
  by rewrite mulmxK ?row_ebase_unit // !pid_pid // pid_mx_1.
pose p := \det (map_mx polyC K *m Hp *m map_mx polyC Q).
have pE t : p.[t] = \det (K *m loss_hessian (line t) X Y *m Q).
  rewrite -[p.[t]]/(horner_eval t p) -det_map_mx !map_mxM Hp_eval.
  by rewrite !map_polyC_horner.
have A1 : loss_hessian (line 1) X Y = A.
  by apply/matrixP => i j; rewrite !mxE; apply: hessian_form_extW => k; apply: line1.
exists p.
  apply/eqP => p0; have := pE 1; rewrite A1 KAQ det1 p0 horner0 => /eqP.
  by rewrite eq_sym oner_eq0.
move=> t; rewrite rootE pE -unitfE -unitmxE => /mxrank_unit <-.
by apply: leq_trans (mxrankM_maxl _ _) _; apply: mxrankM_maxr.
Qed.
End Line.

(* Summary, every data set over an ordered field: upper bound for all weights *)
(* and equality on every line through some W0 up to finitely many t.          *)
Theorem rank_loss_hessian_data_generic (F : realFieldType) (M : nat -> nat) (L N q : nat)
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)) :
    let bound := (2 * q * (\sum_(1 <= l < L.+1) M l) + q * (\rank X + M L.+1))%N in
    (q <= \rank X)%N -> (forall l, (0 < l)%N -> (l <= L.+1)%N -> (q <= M l)%N) ->
    q = \rank X \/ (exists2 s, (0 < s <= L.+1)%N & q = M s) ->
  (forall W, (\rank (loss_hessian W X Y) + L.+1 * (q * q) <= bound)%N) /\
  (exists W0, forall W1, exists2 p : {poly F}, p != 0 &
     forall t, ~~ root p t ->
       (\rank (loss_hessian (line W0 W1 t) X Y) + L.+1 * (q * q) = bound)%N).
Proof.
move=> bound qr qm qE; split=> [W|]; first exact: rank_loss_hessian_data.
have [W0 h0] := rank_loss_hessian_data_attained Y qr qm qE; exists W0 => W1.
have [p p0 H] := rank_loss_hessian_line X Y W0 W1; exists p => // t /H h.
apply/eqP; rewrite eqn_leq; apply/andP; split; first exact: rank_loss_hessian_data.
by rewrite /bound -h0 leq_add2r.
Qed.
