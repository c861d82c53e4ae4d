From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker telescoping chain loss hessian.
From Hessproof Require Import kernel_equations kernel_count elimination narrow.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The rank of the functional Hessian from below, for every residual.  Let X times the *)
(* transposed residual have rank s; choose weights that carry q = min(s, hidden widths) units *)
(* which the residual maps onto themselves.  Then the equations of the kernel leave *)
(*   U l = rest U l rest, and besides in the first layer rows that G kills, in the last layer *)
(*   columns that G kills, *)
(* provided that L - 1 is not zero in the field. *)
Section Confined.
Variables (F : fieldType) (M : nat -> nat) (L' q : nat).
Notation L := L'.+1.
Variables (inj : forall l, 'M[F]_(M l, q)) (proj : forall l, 'M[F]_(q, M l)).
Hypothesis units : carried L' (narrow inj proj) inj proj.
Variable G : 'M[F]_(M 0%N, M L).
Hypothesis G_inj : G *m inj L = inj 0.
Hypothesis proj_G : proj 0 *m G = proj L.
Hypothesis deep : (0 < L')%N.
Hypothesis char : (L'%:R : F) != 0.

Notation W := (narrow inj proj).
Notation rest := (rest inj proj).

(* Where the layers of a kernel direction lie. *)
Definition functional_block l : 'M[F]_(M l.+1 * M l) :=
  ((rest l.+1)^T *t rest l
   + match l return 'M[F]_(M l.+1 * M l) with
     | 0%N => <<(inj 1)^T *t kermx G>>
     | _ => 0
     end
   + if l == L' then <<kermx (G *m chain W l.+1 L)^T *t proj l>> else 0)%MS.

Lemma rank_functional_block l : (l < L)%N ->
  (\rank (functional_block l)
   <= (M l.+1 - q) * (M l - q) + (if l == 0%N then q * (M 0 - \rank G) else 0)
      + (if l == L' then q * (M L - \rank G) else 0))%N.
Proof.
move=> lL; apply: leq_trans (mxrank_adds_leqif _ _) _; apply: leq_add; last first.
  case: eqP => [->|_]; last by rewrite mxrank0.
  rewrite genmxE mxrank_tens mxrank_ker mxrank_tr chain_id mulmx1 mulnC.
  by rewrite (rank_proj units (leqnSn L')).
apply: leq_trans (mxrank_adds_leqif _ _) _; apply: leq_add; last first.
  case: l lL => [|l] _ /=; last by rewrite mxrank0.
  by rewrite genmxE mxrank_tens mxrank_tr mxrank_ker (rank_inj units).
rewrite mxrank_tens mxrank_tr; apply: leq_mul; apply: (rank_rest units) => //.
exact: ltnW.
Qed.

Section Kernel.
Variable U : forall i, 'M[F]_(M i.+1, M i).
Hypothesis equations : forall k, (k < L)%N -> layer_equation W U 0 G k = 0.

Let G_1 : returned W inj proj G 1%:M.
Proof.
by apply: narrow_returned; rewrite ?mulmx1 ?mul1mx ?unitmx1 //; apply: proj_inj_of units.
Qed.
(* All cores are equal, and L - 1 of them add up to zero. *)
Lemma functional_core : core inj proj U 0 = 0.
Proof.
have step k : (k < L)%N -> core inj proj U k = core inj proj U 0.
  elim: k => // k IH kL; rewrite -IH ?(ltnW kL) //.
  have := core_step units G_1 equations kL.
  by rewrite mul1mx mulmx1.
have := first_core units G_1 equations.
rewrite mulmx0 mul0mx add0r mul1mx.
rewrite (@eq_big_nat _ _ _ _ _ _ (fun=> core inj proj U 0)) => [|l /andP[_ lL]]; last exact: step.
rewrite sumr_const_nat subn1 -scaler_nat => /eqP.
by rewrite scaler_eq0 (negbTE char) => /eqP.
Qed.

Lemma functional_confined l : (l < L)%N -> (vec (U l) <= functional_block l)%MS.
Proof.
move=> lL.
rewrite (four_parts units G_1 equations functional_core lL).
rewrite !vecD /functional_block; apply: addmx_sub_adds; first apply: addmx_sub_adds.
- by apply: (@vec_sub _ _ _ _ _ _ _ _ (U l)); rewrite trmxK.
- case: l lL => [|l] lL; last first.
    by rewrite (nothing_in units G_1 equations lL) mulmx0 vec0 sub0mx.
  have /sub_kermxP/submxP[Z ->] : proj 1 *m U 0%N *m rest 0 *m G = 0.
    rewrite -mulmxA (rest_G G_1) -(rest_aside units G_1) mulmxA.
    have := last_rest units G_1 equations.
    by rewrite mulmx0 mul0mx add0r.
  by rewrite genmxE; apply: (@vec_sub _ _ _ _ _ _ _ _ Z); rewrite trmxK mulmxA.
move: lL; rewrite ltnS leq_eqVlt => /orP[/eqP ->|lL]; last first.
  rewrite (nothing_out units G_1 equations (k := l)) //.
  by rewrite mul0mx vec0 sub0mx.
rewrite eqxx chain_id mulmx1 genmxE.
have /(congr1 trmx) : G *m (rest L *m U L' *m inj L') = 0.
  rewrite !mulmxA (G_rest G_1) -(aside_rest units G_1) -!mulmxA [rest L *m _]mulmxA.
  have := first_rest units G_1 equations.
  by rewrite mulmx0 mul0mx add0r.
rewrite trmx_mul trmx0 => /sub_kermxP/submxP[Z ZE].
apply: (@vec_sub _ _ _ _ _ _ _ _ Z^T); rewrite -trmx_mul -ZE trmxK.
by [].
Qed.
End Kernel.

End Confined.

(* The count: p less the dimension of what confines the kernel. *)
Lemma functional_count (F : fieldType) (M : nat -> nat) (L' q N : nat)
    (inj : forall l, 'M[F]_(M l, q)) (proj : forall l, 'M[F]_(q, M l))
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L'.+1, N)) :
    let W := narrow inj proj in let G := X *m (residual X Y W)^T in
    carried L' W inj proj -> G *m inj L'.+1 = inj 0%N -> proj 0%N *m G = proj L'.+1 ->
    (0 < L')%N -> (L'%:R : F) != 0 -> (forall l, (l <= L'.+1)%N -> (q <= M l)%N) ->
  (2 * q * (\sum_(1 <= l < L'.+1) M l) + 2 * q * \rank G
   <= \rank (functional_hessian W X Y) + L'.+1 * (q * q))%N.
Proof.
move=> W G units Gi pG L1 char qm; set s := \rank G; set H := functional_hessian W X Y.
have s0 : (s <= M 0)%N := rank_leq_row G.
have sL : (s <= M L'.+1)%N := rank_leq_col G.
have h : (\sum_(l < L'.+1) M l.+1 * M l
          <= \rank H + \sum_(l < L'.+1) \rank (functional_block inj proj G l))%N.
  apply: rank_confined => u /functional_hessian_ker ker; apply/sub_layer_sum => l.
  have equations := functional_kernel_equation ker.
  by have := functional_confined units Gi pG L1 char equations (ltn_ord l).
have {h} : (\sum_(l < L'.+1) M l.+1 * M l
   <= \rank H + (\sum_(l < L'.+1) (M l.+1 - q) * (M l - q) + q * (M 0 - s) + q * (M L'.+1 - s)))%N.
  apply: leq_trans h _; rewrite leq_add2l.
  have le (l : 'I_L'.+1) := rank_functional_block units G (ltn_ord l).
  apply: leq_trans (leq_sum _ (fun l _ => le l)) _; rewrite !big_split /= -!addnA leq_add2l.
  apply: leq_add; first by rewrite big_ord_recl big1 ?addn0.
  by rewrite big_ord_recr big1 /= ?eqxx // => l _; rewrite ltn_eqF.
rewrite -(leq_add2r (L'.+1 * (q * q))) -telescoping_nat //.
have -> : (q * (M 0 + M L'.+1) = q * (M 0 - s) + q * (M L'.+1 - s) + 2 * q * s)%N.
  rewrite -{1}(subnK s0) -{1}(subnK sL) addnACA !mulnDr.
  by rewrite [(q * s + _)%N]addnn -mul2n mulnA.
set a := (\sum_(l < _) _)%N; set x := (q * (M 0 - s))%N; set y := (q * (_ - s))%N.
rewrite [X in (X <= _)%N](AC (1*(1*(2*1))) ((1*(3*4))*(2*5))).
by rewrite [X in (_ <= X)%N](AC (1*3*1) ((2*(3*4))*(1*5))) leq_add2l.
Qed.

(* For every data set X and every residual E, any field in which L - 1 is not zero: labels and *)
(* weights with this residual whose functional Hessian has at least the rank *)
(* 2 q M + 2 q s - L q^2, where s = rk (X E^T) and q is at most s and every hidden width. *)
Theorem functional_attained (F : fieldType) (M : nat -> nat) (L N q : nat)
    (X : 'M[F]_(M 0%N, N)) (E : 'M[F]_(M L, N)) :
    (1 < L)%N -> (L.-1%:R : F) != 0 ->
    (q <= \rank (X *m E^T))%N -> (forall l, (0 < l < L)%N -> (q <= M l)%N) ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (Y : 'M[F]_(M L, N)), residual X Y W = E /\
    (2 * q * (\sum_(1 <= l < L) M l) + 2 * q * \rank (X *m E^T)
     <= \rank (functional_hessian W X Y) + L * (q * q))%N.
Proof.
case: L E => // L' E L1 char qs qM; set G := X *m E^T in qs *.
have qm l : (l <= L'.+1)%N -> (q <= M l)%N.
  case: l => [|l] lL; first exact: leq_trans qs (rank_leq_row _).
  move: lL; rewrite leq_eqVlt => /orP[/eqP ->|lL]; last exact: qM.
  exact: leq_trans qs (rank_leq_col _).
(* Bases of the input and of the output in which G is the identity of size s. *)
have BU : invmx (row_ebase G) \in unitmx by rewrite unitmx_inv row_ebase_unit.
have [P [PU P0 PL]] := end_bases (ltn0Sn L') (col_ebase_unit G) BU.
pose inj := basis_inj q P; pose proj := basis_proj q P; pose W := narrow inj proj.
exists W, (chain W 0 L'.+1 *m X - E).
have rE : residual X (chain W 0 L'.+1 *m X - E) W = E by rewrite /residual subKr.
have Gi : G *m inj L'.+1 = inj 0%N.
  rewrite /inj /basis_inj PL P0 -{1}(mulmx_ebase G) !mulmxA mulmxK ?row_ebase_unit //.
  by rewrite -mulmxA mul_pid_mx (minn_idPr qs) (minn_idPr (qm _ (leqnn _))).
have pG : proj 0%N *m G = proj L'.+1.
  rewrite /proj /basis_proj PL P0 invmxK -{2}(mulmx_ebase G) !mulmxA mulmxKV ?col_ebase_unit //.
  by rewrite mul_pid_mx (minn_idPl qs) (minn_idPr (qm _ (leq0n _))).
have units : carried L' W inj proj.
  by apply: narrow_carried => l lL; apply: basis_proj_inj => //; apply: qm.
split=> //; have := @functional_count F M L' q N inj proj X (chain W 0 L'.+1 *m X - E).
by cbv zeta; rewrite -/W rE -/G; apply.
Qed.
